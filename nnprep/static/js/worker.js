/* Registers the service worker, once the page is there. Where the browser has none, or takes none, the site works as
   it did, only without a page of ours for the time without a connection. */

const register = () => navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => undefined);

if ("serviceWorker" in navigator) {
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}
