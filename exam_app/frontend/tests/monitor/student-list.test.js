import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_SORT, arrange as arranged, countFiltered, sortAfter, sorted } from "../../monitor/model/student-list.js";

const NOW = Date.parse("2025-01-15T10:30:00.000Z");

const student = (firstName, lastName, over = {}) => ({
  studentId: firstName, firstName, lastName, status: "in_progress", attemptId: firstName, connected: true, visible: true, pending: 0, ...over,
});

const carl = student("Carl", "Adams");
const cora = student("Cora", "Berg", { visible: false });
const dan = student("Dan", "Chu", { status: "submitted" });
const jose = student("José", "Ábalos");
const ALL = { show: "all", search: "" };
const arrange = (rows, filter, now, frozen) => arranged(rows, filter, FIRST_SORT, now, frozen);
const ids = (rows) => rows.map((row) => row.studentId);

test("needs attention first, then by name", () => {
  assert.deepEqual(ids(arrange([dan, carl, cora, jose], ALL, NOW)), ["Cora", "José", "Carl", "Dan"]);
});

test("names are in the order of the server, whatever the language of the browser", () => {
  const rows = [student("A", "Zeta", { rank: 0 }), student("B", "Alpha", { rank: 2 }), student("C", "Beta", { rank: 1 })];
  assert.deepEqual(ids(arrange(rows, ALL, NOW)), ["A", "C", "B"]);
});

test("frozen rows keep their positions and show updates; new ones are appended", () => {
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

test("a column sorts, then in reverse; rows without a value stay last", () => {
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

test("every filter has a count", () => {
  const rows = [
    student("Ada", "A", { questionsAnswered: 9, totalQuestions: 10 }),
    student("Ben", "B", { questionsAnswered: 9, totalQuestions: 10, violations: 2 }),
    student("Cem", "C", { questionsAnswered: 1, totalQuestions: 10, connected: false }),
    student("Dan", "D", { status: "submitted", alerts: 1 }),
  ];
  assert.deepEqual(countFiltered(rows, NOW), { all: 4, attention: 2, offline: 1, behind: 1, noticed: 2, done: 1 });
});
