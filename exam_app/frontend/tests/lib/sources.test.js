// What holds for every source file of the browser.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sources = readdirSync(root, { recursive: true })
  .filter((path) => /\.jsx?$/.test(path) && !/^(tests|node_modules)/.test(path))
  .map((path) => [path.replaceAll("\\", "/"), readFileSync(`${root}/${path}`, "utf8")]);

/** The files outside of `allowed` in which `pattern` occurs. */
function users(pattern, allowed) {
  return sources.filter(([path, text]) => !allowed.includes(path) && pattern.test(text)).map(([path]) => path);
}

test("only the clock module reads the device's clocks", () => {
  assert.ok(sources.length > 80);
  assert.deepEqual(users(/Date\.now|new Date\(\)|performance\.|timeStamp/, ["lib/clock.js"]), []);
});

test("only one module keeps anything on the device, or waits for the browser's services", () => {
  const kept = /\b(localStorage|sessionStorage|indexedDB|openDB|serviceWorker|caches)\b[.(\s[]|from "idb"/;
  assert.deepEqual(users(kept, ["lib/device.js", "sw/main.js"]), []);
  assert.deepEqual(users(/crypto\.subtle|\bsubtle\./, []), []);
});

test("only the REST client asks the server", () => {
  assert.deepEqual(users(/\bfetch\(/, ["lib/rest.js", "sw/main.js"]), []);
});
