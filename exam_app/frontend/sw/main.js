// The service worker: while an exam is open, its page loads without the network. It handles no API request and no
// other page. The network comes first, so that an update is seen at once; images come from the cache first, because
// their URL is the digest of their content.
import { within } from "../lib/within.js";

const CACHE = "exam-pages";
const IMAGE = /^\/files\/[0-9a-f]{64}$/;
const EXAM_PAGE = /^\/(sessions|attempts)\/[^/]+\/exam$/;
const ASSETS = ["/static/dist/exam.js", "/static/dist/app.css", "/static/favicon.svg"];
const TIMEOUT_MS = 4000;
const CACHE_MS = 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { keep, pictures, forget } = event.data ?? {};
  if (EXAM_PAGE.test(keep)) event.waitUntil(pictures ? cacheImages(keep, pictures) : cachePage(keep));
  if (EXAM_PAGE.test(forget)) event.waitUntil(removePage(forget));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (EXAM_PAGE.test(pathname) || ASSETS.includes(pathname)) event.respondWith(networkFirst(request, pathname));
  else if (IMAGE.test(pathname)) event.respondWith(cacheFirst(request, pathname));
});

async function cachePage(path) {
  const cache = await caches.open(CACHE);
  await Promise.all([path, ...ASSETS].map((asset) => fetchInto(cache, asset)));
}

/** Sequentially, since a whole class starts at the same moment. Each page has its own image cache, removed with it. */
async function cacheImages(path, images) {
  const cache = await caches.open(imageCacheOf(path));
  for (const image of images) {
    if (IMAGE.test(image) && !(await cache.match(image))) await fetchInto(cache, image).catch(() => {});
  }
}

async function removePage(path) {
  await (await caches.open(CACHE)).delete(path);
  await caches.delete(imageCacheOf(path));
}

function imageCacheOf(path) {
  return `exam-pictures:${path}`;
}

async function fetchInto(cache, path) {
  const response = await fetch(path, { credentials: "same-origin" });
  if (response.ok && !response.redirected) await cache.put(path, response);
}

/** The server's response, or the cached one when the server is unreachable, failing or slow. */
async function networkFirst(request, pathname) {
  const cached = await fromCache(async () => (await caches.open(CACHE)).match(pathname));
  if (!cached) return fetch(request);
  try {
    const response = await within(TIMEOUT_MS, fetch(request));
    return response.status >= 500 ? cached : response;
  } catch {
    return cached;
  }
}

async function cacheFirst(request, pathname) {
  return (await fromCache(() => caches.match(pathname))) ?? fetch(request);
}

/** A cache that fails or does not answer is no cache. */
function fromCache(look) {
  return within(CACHE_MS, look()).catch(() => undefined);
}
