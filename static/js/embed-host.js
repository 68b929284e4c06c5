// For sites that show an agenda in a frame: gives it the height of its content.
// <iframe src="https://…/embed/" data-plenary></iframe>
window.addEventListener("message", (event) => {
  const height = event.data?.plenaryHeight;
  if (!Number.isFinite(height) || height <= 0) return;
  for (const frame of document.querySelectorAll("iframe[data-plenary]")) {
    const isFromThere = event.origin === new URL(frame.src).origin;
    if (isFromThere && event.source === frame.contentWindow) {
      frame.style.blockSize = `${Math.min(Math.ceil(height), 50000)}px`;
    }
  }
});
