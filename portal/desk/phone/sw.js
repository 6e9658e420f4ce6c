// Keeps static files, and one page that says that there is no connection. Never any other page: what a person read
// here must not be found on the device afterwards. HOUSE stands before this text (portal/desk/phone/views.py).
const NAME = `kontaktklar-${HOUSE.version}`;
const ours = (name) => name.startsWith("kontaktklar-");

self.addEventListener("install", (event) => {
  event.waitUntil(prepare());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (lasts(request.url)) event.respondWith(file(request));
});

// Fetched as by somebody who is not signed in, so nothing of a person can stand in them.
async function prepare() {
  const cache = await caches.open(NAME);
  const wanted = [HOUSE.offline, ...HOUSE.keep];
  await cache.addAll(wanted.map((url) => new Request(url, { credentials: "omit", cache: "reload" })));
  await self.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => ours(name) && name !== NAME).map((name) => caches.delete(name)));
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
  await self.clients.claim();
}

async function page(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return (await (await caches.open(NAME)).match(HOUSE.offline)) || Response.error();
  }
}

// A name with the hash of its content never means anything else. Without the hash nothing is kept on the way.
function lasts(address) {
  const url = new URL(address);
  if (url.origin !== self.location.origin || !url.pathname.startsWith(HOUSE.static)) return false;
  return /\.[0-9a-f]{12}\.[a-z0-9]+$/.test(url.pathname) || HOUSE.keep.includes(url.pathname);
}

async function file(request) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200 && answer.type === "basic") await cache.put(request, answer.clone());
  return answer;
}
