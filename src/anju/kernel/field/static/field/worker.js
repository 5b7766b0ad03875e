// Keeps the page and its files, so that it opens without a network. VERSION and KEPT stand above, from the server.
const CACHE = `anju-field-${VERSION}`;
const PAGE = "/field/";
const PATIENCE = 4000; // milliseconds for a network that neither answers nor fails

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([PAGE, ...KEPT].map((address) => new Request(address, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("anju-field-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

function late() {
  return new Promise((_, reject) => { setTimeout(reject, PATIENCE, new Error("late")); });
}

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await Promise.race([fetch(request), late()]);
    if (answer.ok && !answer.redirected) { await cache.put(PAGE, answer.clone()); }
    return answer.ok ? answer : await cache.match(PAGE) || answer;
  } catch (error) {
    const kept = await cache.match(PAGE);
    if (kept) { return kept; }
    throw error;
  }
}

async function file(request) {
  return await (await caches.open(CACHE)).match(request, { ignoreSearch: true }) || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) { return; }
  if (pathname === PAGE && event.request.mode === "navigate") {
    event.respondWith(page(event.request));
  } else if (KEPT.includes(pathname)) {
    event.respondWith(file(event.request));
  }
});
