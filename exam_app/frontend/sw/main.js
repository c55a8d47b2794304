// The service worker: while an exam runs, its page opens without the network. It touches nothing else: no
// request to the API, no other page. The server is always asked first, so that an update is seen at once.
const CACHE = "exam-pages";
const EXAM_PAGE = /^\/(sessions|attempts)\/[^/]+\/exam$/;
const PARTS = ["/static/dist/exam.js", "/static/dist/app.css", "/static/favicon.svg"];
const PATIENCE_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { keep, forget } = event.data ?? {};
  if (EXAM_PAGE.test(keep)) event.waitUntil(keepPage(keep));
  if (EXAM_PAGE.test(forget)) event.waitUntil(forgetPage(forget));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (EXAM_PAGE.test(pathname) || PARTS.includes(pathname)) event.respondWith(serverFirst(request, pathname));
});

async function keepPage(path) {
  const cache = await caches.open(CACHE);
  await Promise.all([path, ...PARTS].map((part) => fetchInto(cache, part)));
}

async function forgetPage(path) {
  await (await caches.open(CACHE)).delete(path);
}

async function fetchInto(cache, path) {
  const response = await fetch(path, { credentials: "same-origin" });
  if (response.ok && !response.redirected) await cache.put(path, response);
}

/** What the server says; what is kept where it says nothing, is down, or takes too long. */
async function serverFirst(request, pathname) {
  const kept = await (await caches.open(CACHE)).match(pathname);
  if (!kept) return fetch(request);
  try {
    const response = await withPatience(fetch(request));
    return response.status >= 500 ? kept : response;
  } catch {
    return kept;
  }
}

function withPatience(promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(reject, PATIENCE_MS))]);
}
