// Tells the page around this frame how high its content is.
const tell = () => {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  window.parent.postMessage({ plenaryHeight: height }, "*");
};

if (window.parent !== window) new ResizeObserver(tell).observe(document.body);
