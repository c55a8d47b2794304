import assert from "node:assert/strict";
import test from "node:test";
import { numberResponse, understood, unreadNumbers } from "../../exam/model/unread.js";

const number = { questionType: "numerical" };
const cloze = {
  questionType: "cloze",
  questionText: "[[2]] and [[1]]",
  gaps: [{ gapId: 1, gapType: "numerical" }, { gapId: 2, gapType: "short_answer" }],
};

test("a typed number is sent as understood, or as typed", () => {
  assert.deepEqual(numberResponse(" 1 250 "), { number: "1250" });
  assert.deepEqual(numberResponse("1,250", "m"), { text: "1,250", unit: "m" });
  assert.deepEqual(numberResponse("12abc "), { text: "12abc" });
  assert.deepEqual(numberResponse(""), { number: "" });
});

test("what was sent as a number is not read anew", () => {
  assert.deepEqual(unreadNumbers(number, { number: "1.250" }), []);
  assert.deepEqual(unreadNumbers(number, { number: "" }), []);
  assert.deepEqual(unreadNumbers(number, { text: "1,250" }), [{ meanings: ["1.250", "1250"], text: "1,250" }]);
});

test("gaps are numbered in the order of the text", () => {
  const [one] = unreadNumbers(cloze, { gaps: [{ gapId: 1, response: { text: "12 or so" } }, { gapId: 2, response: { text: "x y" } }] });
  assert.deepEqual([one.gapNumber, one.text], [2, "12 or so"]);
  assert.deepEqual(unreadNumbers(cloze, { gaps: [] }), []);
});

test("a number is shown so that it cannot be read as another one", () => {
  assert.deepEqual(["1250", "1.250", "-1.250", "16.000", "1.25", "0.250"].map(understood), [
    "1250", "1.250, between 1 and 2", "-1.250, between -2 and -1", "16.000, that is 16", "1.25", "0.250",
  ]);
});
