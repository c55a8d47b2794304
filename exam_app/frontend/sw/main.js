// The service worker: while an exam runs, its page opens without the network. It touches nothing else: no
// request to the API, no other page. The server is always asked first, so that an update is seen at once; but
// not for pictures, whose address is the digest of their content.
const CACHE = "exam-pages";
const PICTURE = /^\/files\/[0-9a-f]{64}$/;
const EXAM_PAGE = /^\/(sessions|attempts)\/[^/]+\/exam$/;
const PARTS = ["/static/dist/exam.js", "/static/dist/app.css", "/static/favicon.svg"];
const PATIENCE_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { keep, pictures, forget } = event.data ?? {};
  if (EXAM_PAGE.test(keep)) event.waitUntil(pictures ? keepPictures(keep, pictures) : keepPage(keep));
  if (EXAM_PAGE.test(forget)) event.waitUntil(forgetPage(forget));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (EXAM_PAGE.test(pathname) || PARTS.includes(pathname)) event.respondWith(serverFirst(request, pathname));
  else if (PICTURE.test(pathname)) event.respondWith(deviceFirst(request, pathname));
});

async function keepPage(path) {
  const cache = await caches.open(CACHE);
  await Promise.all([path, ...PARTS].map((part) => fetchInto(cache, part)));
}

/** One after the other: a class begins at one moment. Those of a page have a cache of their own and go with it. */
async function keepPictures(path, pictures) {
  const cache = await caches.open(picturesOf(path));
  for (const picture of pictures) {
    if (PICTURE.test(picture) && !(await cache.match(picture))) await fetchInto(cache, picture).catch(() => {});
  }
}

async function forgetPage(path) {
  await (await caches.open(CACHE)).delete(path);
  await caches.delete(picturesOf(path));
}

function picturesOf(path) {
  return `exam-pictures:${path}`;
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

async function deviceFirst(request, pathname) {
  return (await caches.match(pathname)) ?? fetch(request);
}

function withPatience(promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(reject, PATIENCE_MS))]);
}
