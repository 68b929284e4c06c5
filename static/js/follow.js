// Open pages follow the day while somebody looks at them, and say when they cannot.
const showLost = (isLost) => {
  for (const note of document.querySelectorAll("[data-lost]")) note.hidden = !isLost;
};

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-follows]")) htmx.trigger(part, "seen");
});
document.addEventListener("htmx:sendError", () => showLost(true));
document.addEventListener("htmx:responseError", () => showLost(true));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) showLost(false);
});
