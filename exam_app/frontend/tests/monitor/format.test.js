import assert from "node:assert/strict";
import { test } from "node:test";
import { countdown, listOf, requestText, stopwatch } from "../../monitor/model/format.js";

test("times and lists as text", () => {
  assert.deepEqual([-5, 48_900, 3_725_000].map(stopwatch), ["0:00", "0:48", "1:02:05"]);
  assert.equal(countdown(100), "0:01");
  assert.equal(countdown(-60_000), "0:00");
  assert.equal(countdown(null), "");
  assert.equal(listOf(["Ada"]), "Ada");
  assert.equal(listOf(["Ada", "Ben", "Cem"]), "Ada, Ben and Cem");
  assert.equal(listOf(["a", "b", "c", "d"], 3), "a, b and 2 more");
});

test("help requests as text", () => {
  const text = (kind, questionIndex) => requestText({ kind, questionIndex });
  assert.equal(text("hand", null), "raised a hand");
  assert.equal(text("hand", 7), "raised a hand at question 7");
  assert.equal(text("question_report", 7), "reports question 7");
});
