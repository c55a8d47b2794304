import assert from "node:assert/strict";
import { test } from "node:test";
import { addStretch, ordersToMark, ordersToRemove, pieces, sentenceFrom, stretchesIn, withOrders } from "../../exam/model/highlights.js";

test("highlights merge where they touch, and cut the text into pieces", () => {
  const marked = addStretch(addStretch([[10, 20]], [0, 4]), [15, 30]);
  assert.deepEqual(marked, [[0, 4], [10, 30]]);
  assert.deepEqual(addStretch(marked, [7, 7]), marked);
  const text = "abcdefghijkl";
  const cut = pieces(text, marked);
  assert.deepEqual(cut.map((piece) => [piece.start, piece.text, piece.marked]), [[0, "abcd", true], [4, "efghij", false], [10, "kl", true]]);
  assert.equal(pieces(text, []).length, 1);
});

const passage = { passageId: 7, text: "One two. Three? Four" };
const mark = (highlightId, start, end, passageId = 7) => ({ highlightId, passageId, start, end });

test("marking: what is touched becomes one, what is marked already stays", () => {
  const marks = [mark("a", 0, 3), mark("b", 10, 12), mark("c", 0, 3, 8)];
  assert.deepEqual(ordersToMark(marks, passage, [3, 8], "new"), [
    { highlightId: "new", passageId: 7, start: 0, end: 8, text: "One two." },
    { highlightId: "a", remove: true },
  ]);
  assert.deepEqual(ordersToMark(marks, passage, [1, 3], "new"), []);
  assert.deepEqual(ordersToMark(marks, passage, [4, 4], "new"), []);
});

test("removing takes every mark of the stretch, also those that two devices laid over each other", () => {
  const marks = [mark("a", 0, 5), mark("b", 4, 8), mark("c", 9, 12), mark("d", 0, 5, 8)];
  assert.deepEqual(stretchesIn(marks, 7), [[0, 8], [9, 12]]);
  assert.deepEqual(ordersToRemove(marks, 7, 0).map((order) => order.highlightId), ["a", "b"]);
  assert.deepEqual(ordersToRemove(marks, 7, 8), []);
});

test("orders that wait are laid over what the server has, however often they come", () => {
  const orders = [mark("b", 4, 8), { highlightId: "a", remove: true }];
  const once = withOrders([mark("a", 0, 3)], orders);
  assert.deepEqual(once, [mark("b", 4, 8)]);
  assert.deepEqual(withOrders(once, orders), once);
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
