import assert from "node:assert/strict";
import { test } from "node:test";
import { addRange, operationsToAdd, operationsToRemove, segments, sentenceFrom, rangesIn, applyOperations } from "../../exam/model/highlights.js";

test("highlights merge where they touch, and cut the text into segments", () => {
  const ranges = addRange(addRange([[10, 20]], [0, 4]), [15, 30]);
  assert.deepEqual(ranges, [[0, 4], [10, 30]]);
  assert.deepEqual(addRange(ranges, [7, 7]), ranges);
  const text = "abcdefghijkl";
  const cut = segments(text, ranges);
  assert.deepEqual(cut.map((piece) => [piece.start, piece.text, piece.highlighted]), [[0, "abcd", true], [4, "efghij", false], [10, "kl", true]]);
  assert.equal(segments(text, []).length, 1);
});

const passage = { passageId: 7, text: "One two. Three? Four" };
const highlight = (highlightId, start, end, passageId = 7) => ({ highlightId, passageId, start, end });

test("adding merges the highlights it touches, and does nothing inside an existing one", () => {
  const highlights = [highlight("a", 0, 3), highlight("b", 10, 12), highlight("c", 0, 3, 8)];
  assert.deepEqual(operationsToAdd(highlights, passage, [3, 8], "new"), [
    { highlightId: "new", passageId: 7, start: 0, end: 8, text: "One two." },
    { highlightId: "a", remove: true },
  ]);
  assert.deepEqual(operationsToAdd(highlights, passage, [1, 3], "new"), []);
  assert.deepEqual(operationsToAdd(highlights, passage, [4, 4], "new"), []);
});

test("removing takes every highlight of the range, also overlapping ones of two devices", () => {
  const highlights = [highlight("a", 0, 5), highlight("b", 4, 8), highlight("c", 9, 12), highlight("d", 0, 5, 8)];
  assert.deepEqual(rangesIn(highlights, 7), [[0, 8], [9, 12]]);
  assert.deepEqual(operationsToRemove(highlights, 7, 0).map((operation) => operation.highlightId), ["a", "b"]);
  assert.deepEqual(operationsToRemove(highlights, 7, 8), []);
});

test("pending operations apply to the server's highlights, and may be repeated", () => {
  const operations = [highlight("b", 4, 8), { highlightId: "a", remove: true }];
  const once = applyOperations([highlight("a", 0, 3)], operations);
  assert.deepEqual(once, [highlight("b", 4, 8)]);
  assert.deepEqual(applyOperations(once, operations), once);
});

test("sentences, forwards and backwards", () => {
  const text = "One two. Three?\n\nFour";
  const words = ([start, end]) => text.slice(start, end);
  assert.equal(words(sentenceFrom(text, 0)), "One two.");
  assert.equal(words(sentenceFrom(text, 8)), "Three?");
  assert.equal(words(sentenceFrom(text, 15)), "Four");
  assert.equal(words(sentenceFrom(text, 9, -1)), "One two.");
  assert.equal(sentenceFrom("", 0), null);
});
