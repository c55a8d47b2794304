import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, matches, windowOf } from "./order.js";
import { countdown, listOf, stopwatch } from "./words.js";
import { kindOf, sentenceOf } from "./kinds.js";

const NOW = Date.parse("2025-01-15T10:30:00.000Z");
const student = (firstName, lastName, over = {}) => ({
  studentId: firstName, firstName, lastName, status: "in_progress", attemptId: firstName, connected: true, visible: true, pending: 0, ...over,
});
const carl = student("Carl", "Adams");
const cora = student("Cora", "Berg", { visible: false });
const dan = student("Dan", "Chu", { status: "submitted" });
const jose = student("José", "Ábalos");
const ALL = { show: "all", search: "" };
const ids = (rows) => rows.map((row) => row.studentId);

test("needs attention first, then by name", () => {
  assert.deepEqual(ids(arrange([dan, carl, cora, jose], ALL, NOW)), ["Cora", "José", "Carl", "Dan"]);
});

test("held rows stay where they are, with their news; new ones go to the end", () => {
  const back = { ...cora, visible: true };
  const rows = arrange([dan, carl, back, jose], { show: "attention", search: "" }, NOW, ["Cora"]);
  assert.deepEqual(rows, [back]);
  const away = { ...dan, status: "in_progress", visible: false };
  assert.deepEqual(ids(arrange([away, carl, cora, jose], ALL, NOW, ["Carl", "Cora"])), ["Carl", "Cora", "Dan", "José"]);
});

test("filters and search, without case and accents, by either name first", () => {
  assert.deepEqual(ids(arrange([dan, carl, cora], { show: "attention", search: "" }, NOW)), ["Cora"]);
  assert.deepEqual(ids(arrange([dan, carl, cora], { show: "done", search: "" }, NOW)), ["Dan"]);
  for (const search of ["jose", "ABALOS", "ábalos jo", " josé áb "]) assert.ok(matches(jose, { show: "all", search }, NOW), search);
  assert.ok(!matches(carl, { show: "all", search: "jose" }, NOW));
});

test("the window of a long list covers what is in sight, and its heights add up", () => {
  const part = windowOf({ count: 500, rowHeight: 30, scrollTop: 3000, viewHeight: 600, overscan: 5 });
  assert.deepEqual(part, { from: 95, to: 125, above: 2850, below: 11250 });
  assert.deepEqual(windowOf({ count: 3, rowHeight: 30, scrollTop: 9000, viewHeight: 600 }), { from: 3, to: 3, above: 90, below: 0 });
});

test("times and lists as words", () => {
  assert.deepEqual([-5, 48_900, 3_725_000].map(stopwatch), ["0:00", "0:48", "1:02:05"]);
  assert.equal(countdown("2025-01-15T10:30:00.100Z", NOW), "0:01");
  assert.equal(countdown("2025-01-15T10:29:00.000Z", NOW), "0:00");
  assert.equal(countdown(null, NOW), "");
  assert.equal(listOf(["Ada"]), "Ada");
  assert.equal(listOf(["Ada", "Ben", "Cem"]), "Ada, Ben and Cem");
  assert.equal(listOf(["a", "b", "c", "d"], 3), "a, b and 2 more");
});

test("events are grouped by what they tell about, and name their student", () => {
  const kinds = { tab_violation: "page", student_left: "connection", attempt_expired: "done", time_extended: "time", session_started: "time", answer_conflict: "other" };
  for (const [type, kind] of Object.entries(kinds)) assert.equal(kindOf({ type }), kind, type);
  assert.equal(sentenceOf({ text: "left the page", studentName: "Cora Berg" }), "Cora Berg: left the page");
  assert.equal(sentenceOf({ text: "Cora left the page", studentName: "Cora Berg" }), "Cora left the page");
});
