/**
 * Settles as `promise` does, but rejects after `ms`. For everything of the browser that may never answer: storage,
 * caches, service worker. Whoever waits for one without this freezes the exam.
 */
export function within(ms, promise) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer of the browser within ${ms} ms.`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
