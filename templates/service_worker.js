/* Shows a page of our own where a page cannot be loaded because there is no connection.

   It keeps that page and the files it needs, under the name of their version, and drops what earlier versions kept.
   Everything else goes to the site as if this worker were not there: no page that belongs to anybody is kept, and
   nothing is marked or planned in the browser. */

const CACHE = "nnprep-offline-{{ version }}";
const FILES = {{ files|safe }};
const OFFLINE = FILES[0];

const install = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
  await self.skipWaiting();
};

const activate = async () => {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
};

const page = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
};

// A form that cannot be sent leads back to the page it stands on: its own address answers nothing that is only read.
const sent = async ({ request }) => {
  try {
    return await fetch(request);
  } catch {
    const from = request.referrer.startsWith(self.location.origin) ? request.referrer : self.location.origin;
    return Response.redirect(from, 303);
  }
};

const file = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(request.method === "GET" ? page(event) : sent(event));
  if (request.method !== "GET" || request.mode === "navigate") return;
  if (FILES.includes(new URL(request.url).pathname)) event.respondWith(file(request));
});
