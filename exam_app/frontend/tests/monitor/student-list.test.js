import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_SORT, arrange as arranged, countShown, sortAfter, sorted, windowOf } from "../../monitor/model/student-list.js";
import { countdown, listOf, requestWords, stopwatch } from "../../monitor/model/format.js";
import { kindOf, sentenceOf } from "../../monitor/model/event-groups.js";

const NOW = Date.parse("2025-01-15T10:30:00.000Z");
const student = (firstName, lastName, over = {}) => ({
  studentId: firstName, firstName, lastName, status: "in_progress", attemptId: firstName, connected: true, visible: true, pending: 0, ...over,
});
const carl = student("Carl", "Adams");
const cora = student("Cora", "Berg", { visible: false });
const dan = student("Dan", "Chu", { status: "submitted" });
const jose = student("José", "Ábalos");
const ALL = { show: "all", search: "" };
const arrange = (rows, filter, now, held) => arranged(rows, filter, FIRST_SORT, now, held);
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
  for (const search of ["jose", "ABALOS", "ábalos jo", " josé áb "]) {
    assert.deepEqual(ids(arrange([carl, jose], { show: "all", search }, NOW)), ["José"], search);
  }
});

test("the window of a long list covers what is in sight, and its heights add up", () => {
  const part = windowOf({ count: 500, lineHeight: 30, scrollTop: 3000, viewHeight: 600, overscan: 5 });
  assert.deepEqual(part, { from: 95, to: 125, above: 2850, below: 11250 });
  assert.deepEqual(windowOf({ count: 3, lineHeight: 30, scrollTop: 9000, viewHeight: 600 }), { from: 3, to: 3, above: 90, below: 0 });
});

test("the window of cards counts in whole lines", () => {
  const part = windowOf({ count: 500, columns: 4, lineHeight: 100, scrollTop: 2000, viewHeight: 600, overscan: 2 });
  assert.deepEqual(part, { from: 72, to: 112, above: 1800, below: 9700 });
  const end = windowOf({ count: 10, columns: 4, lineHeight: 100, scrollTop: 0, viewHeight: 600 });
  assert.deepEqual([end.from, end.to, end.below], [0, 10, 0]);
});

test("a column sorts, then the other way round; what has no value stays at the end", () => {
  const rows = [
    { ...carl, questionsAnswered: 3, violations: 0, expiresAt: "2025-01-15T11:00:00.000Z" },
    { ...cora, questionsAnswered: 1, violations: 4, expiresAt: "2025-01-15T10:40:00.000Z" },
    student("Ida", "Zorn", { attemptId: null, status: null }),
  ];
  const by = (sort) => ids(sorted(rows, NOW, sort));
  const up = sortAfter(FIRST_SORT, "progress");
  assert.deepEqual(up, { by: "progress", down: false });
  assert.deepEqual(by(up), ["Cora", "Carl", "Ida"]);
  assert.deepEqual(by(sortAfter(up, "progress")), ["Carl", "Cora", "Ida"]);
  assert.deepEqual(by(sortAfter(up, "tabs")), ["Cora", "Carl", "Ida"]);
  assert.deepEqual(by({ by: "time", down: false }), ["Cora", "Carl", "Ida"]);
  assert.deepEqual(by({ by: "name", down: true }), ["Ida", "Cora", "Carl"]);
});

test("every filter says how many it shows", () => {
  const rows = [
    student("Ada", "A", { questionsAnswered: 9, totalQuestions: 10 }),
    student("Ben", "B", { questionsAnswered: 9, totalQuestions: 10, violations: 2 }),
    student("Cem", "C", { questionsAnswered: 1, totalQuestions: 10, connected: false }),
    student("Dan", "D", { status: "submitted", alerts: 1 }),
  ];
  assert.deepEqual(countShown(rows, NOW), { all: 4, attention: 2, offline: 1, behind: 1, noticed: 2, done: 1 });
});

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

test("events are grouped by what they tell about, and name their student", () => {
  const kinds = { tab_violation: "page", student_left: "connection", attempt_expired: "done", time_extended: "time", session_started: "time", answer_conflict: "text", hand_raised: "help", score_changed: "other" };
  for (const [type, kind] of Object.entries(kinds)) assert.equal(kindOf({ type }), kind, type);
  assert.equal(sentenceOf({ text: "left the page", studentName: "Cora Berg" }), "Cora Berg: left the page");
  assert.equal(sentenceOf({ text: "Cora left the page", studentName: "Cora Berg" }), "Cora left the page");
});
