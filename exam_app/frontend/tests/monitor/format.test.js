import assert from "node:assert/strict";
import { test } from "node:test";
import { countdown, listOf, requestWords, stopwatch } from "../../monitor/model/format.js";

test("times and lists as words", () => {
  assert.deepEqual([-5, 48_900, 3_725_000].map(stopwatch), ["0:00", "0:48", "1:02:05"]);
  assert.equal(countdown(100), "0:01");
  assert.equal(countdown(-60_000), "0:00");
  assert.equal(countdown(null), "");
  assert.equal(listOf(["Ada"]), "Ada");
  assert.equal(listOf(["Ada", "Ben", "Cem"]), "Ada, Ben and Cem");
  assert.equal(listOf(["a", "b", "c", "d"], 3), "a, b and 2 more");
});

test("what a student asks for", () => {
  const ask = (kind, questionIndex) => requestWords({ kind, questionIndex });
  assert.equal(ask("hand", null), "raised a hand");
  assert.equal(ask("hand", 7), "raised a hand at question 7");
  assert.equal(ask("question_report", 7), "reports question 7");
});
