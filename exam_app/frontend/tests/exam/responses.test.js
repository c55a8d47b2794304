import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, clozeSegments, emptyResponse, fill, isAnswered, match, move, orderOf, responseText, sameResponse, countWords } from "../../exam/model/responses.js";

const options = [1, 2, 3].map((optionId) => ({ optionId, optionText: `option ${optionId}` }));
const single = { questionId: 1, questionType: "multiple_choice", options };
const several = { questionId: 2, questionType: "multiple_response", options };

test("choosing replaces in a single choice and switches in a multiple response", () => {
  assert.deepEqual(choose(single, { selectedOptionIds: [1] }, 2), { selectedOptionIds: [2] });
  assert.deepEqual(choose(several, { selectedOptionIds: [3] }, 1), { selectedOptionIds: [1, 3] });
  assert.deepEqual(choose(several, { selectedOptionIds: [1, 3] }, 1), { selectedOptionIds: [3] });
});

test("empty, answered, and as text", () => {
  assert.deepEqual(emptyResponse(single), { selectedOptionIds: [] });
  assert.deepEqual(emptyResponse({ questionType: "numerical" }), { number: "" });
  assert.deepEqual(emptyResponse({ questionType: "short_answer" }), { text: "" });
  for (const empty of [null, {}, { text: "  " }, { number: "" }, { selectedOptionIds: [] }]) assert.equal(isAnswered(empty), false);
  for (const full of [{ text: "x" }, { number: "0" }, { number: 0 }, { selectedOptionIds: [1] }]) assert.equal(isAnswered(full), true);
  assert.equal(responseText(several, { selectedOptionIds: [1, 3] }), "option 1; option 3");
});

const matching = {
  questionType: "matching",
  stems: [{ stemId: 1, stemText: "Peru" }, { stemId: 2, stemText: "Cuba" }],
  choices: [{ choiceId: 7, choiceText: "Lima" }, { choiceId: 8, choiceText: "Havana" }],
};

const ordering = { questionType: "ordering", items: ["flow", "ebb", "slack"].map((itemText, index) => ({ itemId: 3 - index, itemText })) };

const cloze = {
  questionType: "cloze",
  questionText: "[[2]] is the\ncapital of [[1]].",
  gaps: [{ gapId: 1, gapType: "multiple_choice", options }, { gapId: 2, gapType: "short_answer" }],
};

test("matching: one choice for each stem, in the order of the stems' ids", () => {
  const empty = emptyResponse(matching);
  assert.equal(isAnswered(empty), false);
  const both = match(match(empty, 2, 7), 1, 7);
  assert.deepEqual(both, { pairs: [{ stemId: 1, choiceId: 7 }, { stemId: 2, choiceId: 7 }] });
  assert.deepEqual(match(match(both, 2, 8), 1, null), { pairs: [{ stemId: 2, choiceId: 8 }] });
  assert.equal(responseText(matching, both), "Peru → Lima; Cuba → Lima");
});

test("ordering: the initial order is no answer until an item moves", () => {
  const empty = emptyResponse(ordering);
  assert.equal(isAnswered(empty), false);
  assert.deepEqual(orderOf(ordering, empty), [3, 2, 1]);
  assert.deepEqual(move(ordering, empty, 1, -1), { order: [3, 1, 2] });
  assert.deepEqual(move(ordering, { order: [1, 2, 3] }, 1, -1), { order: [1, 2, 3] });
  assert.deepEqual(move(ordering, { order: [1, 2, 3] }, 1, 9), { order: [2, 3, 1] });
  assert.equal(responseText(ordering, { order: [2, 1, 3] }), "1. ebb; 2. slack; 3. flow");
});

test("cloze: segments of the text, and gaps that are filled and cleared", () => {
  assert.deepEqual(clozeSegments(cloze), [{ text: "" }, { gap: cloze.gaps[1] }, { text: " is the\ncapital of " }, { gap: cloze.gaps[0] }, { text: "." }]);
  const filled = fill(fill(emptyResponse(cloze), 2, { text: "Lima" }), 1, { selectedOptionIds: [2] });
  assert.deepEqual(filled.gaps.map((gap) => gap.gapId), [1, 2]);
  assert.equal(responseText(cloze, filled), "(1) option 2; (2) Lima");
  assert.deepEqual(fill(fill(filled, 2, { text: " " }), 1, { selectedOptionIds: [] }), { gaps: [] });
});

test("responses are the same whatever the order of their keys", () => {
  assert.ok(sameResponse({ unit: "m", number: "1" }, { number: "1", unit: "m" }));
  assert.ok(!sameResponse({ order: [1, 2] }, { order: [2, 1] }));
  assert.ok(sameResponse(undefined, null));
});

test("words are separated by white space", () => {
  assert.deepEqual(["", "  \n", "one", " one\ttwo\n\nthree "].map(countWords), [0, 0, 1, 3]);
});
