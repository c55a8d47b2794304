import assert from "node:assert/strict";
import { test } from "node:test";
import { applyCountChanges, isOutdated, countChanges } from "../../monitor/model/answer-counts.js";

const changes = (answered, difference, before = {}) => countChanges({ carl: before }, "carl", answered, difference).changes;

// [case, answered now, change of the total, known before, expected changes]
const CASES = [
  ["a first answer", { 7: true }, 1, {}, { 7: 1 }],
  ["another answer to the same question", { 7: true }, 0, {}, {}],
  ["an answer cleared", { 7: false }, -1, {}, { 7: -1 }],
  ["a question left empty", { 7: false }, 0, {}, {}],
  ["three at once after a time offline", { 7: true, 8: true, 9: true }, 3, {}, { 7: 1, 8: 1, 9: 1 }],
  ["known before: answered, then cleared", { 7: false }, -1, { 7: true }, { 7: -1 }],
  ["known and unknown together", { 7: false, 8: true }, 0, { 7: true }, { 7: -1, 8: 1 }],
  ["two of which one was answered: undetermined", { 7: true, 8: true }, 1, {}, {}],
];

for (const [what, answered, difference, before, expected] of CASES) {
  test(what, () => assert.deepEqual(changes(answered, difference, before), expected));
}

test("an undetermined change shows as a difference of the totals", () => {
  const board = (answered) => ({
    rows: { carl: { attemptId: "a", questionsAnswered: 2 }, dan: { attemptId: null, questionsAnswered: 0 } },
    questions: applyCountChanges([{ questionId: 7, answered: 0 }, { questionId: 8, answered: 1 }], answered),
  });
  assert.equal(isOutdated(board({ 7: 1 })), false);
  assert.equal(isOutdated(board({})), true);
});
