import assert from "node:assert/strict";
import { test } from "node:test";
import { applyReply, mergeAnswers, viewOf } from "../../exam/model/answers.js";

const single = { questionId: 1, questionType: "multiple_choice", options: [] };

test("an older version never replaces a newer one", () => {
  const known = mergeAnswers({}, [{ questionId: 1, version: 3, response: { text: "new" } }]);
  assert.equal(mergeAnswers(known, [{ questionId: 1, version: 2, response: { text: "old" } }])[1].response.text, "new");
});

test("a conflict that the server won shows the server's value", () => {
  const answers = applyReply({}, { saved: [], conflicts: [{ questionId: 1, changeId: "c", resolution: "server", serverValue: { text: "theirs" }, localValue: { text: "mine" }, version: 4 }] });
  assert.deepEqual([answers[1].response.text, answers[1].version], ["theirs", 4]);
});

test("pending changes of this device overlay the server's answers", () => {
  const answer = { questionId: 1, version: 1, response: { selectedOptionIds: [1] }, flagged: false, isCorrect: true, points: "1" };
  assert.equal(viewOf(single, answer, null).isCorrect, true);
  const waiting = viewOf(single, answer, { response: { selectedOptionIds: [2] }, flagged: true });
  assert.deepEqual([waiting.response.selectedOptionIds, waiting.flagged, waiting.isCorrect, waiting.waiting], [[2], true, null, true]);
  assert.equal(viewOf(single, answer, { response: { selectedOptionIds: [2] }, flagged: false, refused: { code: "x" } }).answered, false);
});
