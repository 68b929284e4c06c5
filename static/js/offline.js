// Has the browser keep the agenda; the page that is open is kept as well.
const script = document.currentScript;

if ("serviceWorker" in navigator) {
  addEventListener("load", async () => {
    try {
      const { worker, scope } = script.dataset;
      await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
      const { active } = await navigator.serviceWorker.ready;
      active.postMessage({ keep: location.pathname });
    } catch {
      // Without it the page works as it is.
    }
  });
}
