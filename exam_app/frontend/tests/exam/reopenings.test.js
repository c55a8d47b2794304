import assert from "node:assert/strict";
import { test } from "node:test";
import { isReopened } from "../../exam/model/reopenings.js";

const closed = { status: "graded", timesReopened: 1 };

test("a page goes back to the exam when the attempt was reopened more often than it knows", () => {
  assert.equal(isReopened({ status: "in_progress", timesReopened: 2 }, closed), true);
  assert.equal(isReopened({ status: "paused", timesReopened: 2 }, closed), true);
  assert.equal(isReopened({ status: "in_progress", timesReopened: 1 }, { status: "submitted" }), true);
});

test("a state from before the end does not reopen the page", () => {
  assert.equal(isReopened({ status: "in_progress", timesReopened: 1 }, closed), false);
  assert.equal(isReopened({ status: "in_progress" }, { status: "submitted" }), false);
});

test("an attempt that is closed again stays closed, and a page that was never closed is not reopened", () => {
  assert.equal(isReopened({ status: "graded", timesReopened: 2 }, closed), false);
  assert.equal(isReopened({ status: "in_progress", timesReopened: 2 }, null), false);
});
