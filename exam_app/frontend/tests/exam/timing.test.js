import assert from "node:assert/strict";
import { test } from "node:test";
import { isOlder, newestEvent } from "../../exam/model/timing.js";

const BEFORE = "2026-03-02T09:00:00.000Z";
const EVENT = "2026-03-02T09:00:00.250Z";
const AFTER = "2026-03-02T09:00:01.000Z";

test("a state that was requested before the newest event is older", () => {
  const newest = newestEvent(undefined, EVENT);
  assert.equal(isOlder({ serverTime: BEFORE }, newest), true);
  assert.equal(isOlder({ serverTime: AFTER }, newest), false);
});

test("the newest event is the one with the latest time, whichever arrives last", () => {
  assert.equal(newestEvent(newestEvent(undefined, AFTER), EVENT), Date.parse(AFTER));
});

test("without an event every state is news", () => {
  assert.equal(isOlder({ serverTime: BEFORE }, undefined), false);
  assert.equal(isOlder({ serverTime: BEFORE }, newestEvent(undefined, undefined)), false);
});
