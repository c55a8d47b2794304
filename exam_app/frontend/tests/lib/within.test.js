import assert from "node:assert/strict";
import { test } from "node:test";
import { within } from "../../lib/within.js";

test("settles as the promise does", async () => {
  assert.equal(await within(60_000, Promise.resolve(7)), 7);
  await assert.rejects(within(60_000, Promise.reject(new Error("no"))), /no/);
});

test("does not wait for what never answers", async () => {
  await assert.rejects(within(5, new Promise(() => {})), /within 5 ms/);
});
