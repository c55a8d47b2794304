import assert from "node:assert/strict";
import { test } from "node:test";
import { hashFor, indexFromHash } from "../../exam/model/location-hash.js";

test("positions as URL hashes", () => {
  assert.equal(hashFor(2), "#question-3");
  assert.equal(indexFromHash("#question-3"), 2);
  assert.equal(indexFromHash("#hand-in"), null);
});
