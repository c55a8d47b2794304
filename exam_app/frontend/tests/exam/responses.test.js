import assert from "node:assert/strict";
import { test } from "node:test";
import { applyReply, mergeAnswers, viewOf } from "../../exam/model/answers.js";
import { lostValue, offerFor, withNews, withoutUpTo } from "../../exam/model/conflicts.js";
import { groupsBySize, newChangeId } from "../../exam/model/changes.js";
import { addStretch, ordersToMark, ordersToRemove, pieces, sentenceFrom, stretchesIn, withOrders } from "../../exam/model/highlights.js";
import { commandFor, placeOf } from "../../exam/model/shortcuts.js";
import { hashFor, indexFromHash } from "../../exam/model/location-hash.js";
import { choose, clozePieces, emptyResponse, fill, isAnswered, match, move, orderOf, responseWords, sameResponse, wordsIn } from "../../exam/model/responses.js";
import { TimeSpent } from "../../exam/model/time-spent.js";

const options = [1, 2, 3].map((optionId) => ({ optionId, optionText: `option ${optionId}` }));
const single = { questionId: 1, questionType: "multiple_choice", options };
const several = { questionId: 2, questionType: "multiple_response", options };

test("choosing replaces in a single choice and switches in a multiple response", () => {
  assert.deepEqual(choose(single, { selectedOptionIds: [1] }, 2), { selectedOptionIds: [2] });
  assert.deepEqual(choose(several, { selectedOptionIds: [3] }, 1), { selectedOptionIds: [1, 3] });
  assert.deepEqual(choose(several, { selectedOptionIds: [1, 3] }, 1), { selectedOptionIds: [3] });
});

test("empty, answered, and in words", () => {
  assert.deepEqual(emptyResponse(single), { selectedOptionIds: [] });
  assert.deepEqual(emptyResponse({ questionType: "numerical" }), { number: "" });
  assert.deepEqual(emptyResponse({ questionType: "short_answer" }), { text: "" });
  for (const empty of [null, {}, { text: "  " }, { number: "" }, { selectedOptionIds: [] }]) assert.equal(isAnswered(empty), false);
  for (const full of [{ text: "x" }, { number: "0" }, { number: 0 }, { selectedOptionIds: [1] }]) assert.equal(isAnswered(full), true);
  assert.equal(responseWords(several, { selectedOptionIds: [1, 3] }), "option 1; option 3");
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
  assert.equal(responseWords(matching, both), "Peru → Lima; Cuba → Lima");
});

test("ordering: what is shown is no answer until an item moves", () => {
  const empty = emptyResponse(ordering);
  assert.equal(isAnswered(empty), false);
  assert.deepEqual(orderOf(ordering, empty), [3, 2, 1]);
  assert.deepEqual(move(ordering, empty, 1, -1), { order: [3, 1, 2] });
  assert.deepEqual(move(ordering, { order: [1, 2, 3] }, 1, -1), { order: [1, 2, 3] });
  assert.deepEqual(move(ordering, { order: [1, 2, 3] }, 1, 9), { order: [2, 3, 1] });
  assert.equal(responseWords(ordering, { order: [2, 1, 3] }), "1. ebb; 2. slack; 3. flow");
});

test("cloze: pieces of the text, and gaps that are filled and emptied", () => {
  assert.deepEqual(clozePieces(cloze), [{ text: "" }, { gap: cloze.gaps[1] }, { text: " is the\ncapital of " }, { gap: cloze.gaps[0] }, { text: "." }]);
  const filled = fill(fill(emptyResponse(cloze), 2, { text: "Lima" }), 1, { selectedOptionIds: [2] });
  assert.deepEqual(filled.gaps.map((gap) => gap.gapId), [1, 2]);
  assert.equal(responseWords(cloze, filled), "(1) option 2; (2) Lima");
  assert.deepEqual(fill(fill(filled, 2, { text: " " }), 1, { selectedOptionIds: [] }), { gaps: [] });
});

test("responses are the same whatever the order of their keys", () => {
  assert.ok(sameResponse({ unit: "m", number: "1" }, { number: "1", unit: "m" }));
  assert.ok(!sameResponse({ order: [1, 2] }, { order: [2, 1] }));
  assert.ok(sameResponse(undefined, null));
});

test("words are what white space parts", () => {
  assert.deepEqual(["", "  \n", "one", " one\ttwo\n\nthree "].map(wordsIn), [0, 0, 1, 3]);
});

test("an older version never replaces a newer one", () => {
  const known = mergeAnswers({}, [{ questionId: 1, version: 3, response: { text: "new" } }]);
  assert.equal(mergeAnswers(known, [{ questionId: 1, version: 2, response: { text: "old" } }])[1].response.text, "new");
});

test("a conflict that the server won shows the server's value", () => {
  const answers = applyReply({}, { saved: [], conflicts: [{ questionId: 1, changeId: "c", resolution: "server", serverValue: { text: "theirs" }, localValue: { text: "mine" }, version: 4 }] });
  assert.deepEqual([answers[1].response.text, answers[1].version], ["theirs", 4]);
});

test("what waits on this device is laid over what the server has", () => {
  const answer = { questionId: 1, version: 1, response: { selectedOptionIds: [1] }, flagged: false, isCorrect: true, points: "1" };
  assert.equal(viewOf(single, answer, null).isCorrect, true);
  const waiting = viewOf(single, answer, { response: { selectedOptionIds: [2] }, flagged: true });
  assert.deepEqual([waiting.response.selectedOptionIds, waiting.flagged, waiting.isCorrect, waiting.waiting], [[2], true, null, true]);
  assert.equal(viewOf(single, answer, { response: { selectedOptionIds: [2] }, flagged: false, refused: { code: "x" } }).answered, false);
});

test("keys", () => {
  const press = (key, where = "page", more = {}) => commandFor({ key, ...more }, where)?.name ?? null;
  assert.deepEqual(commandFor({ key: "3" }, "choice"), { name: "choose", position: 3 });
  assert.equal(press("ArrowRight", "choice"), "next");
  assert.equal(press("ArrowDown", "choice"), null);
  assert.equal(press("n", "typing"), null);
  assert.equal(press("3", "typing"), null);
  assert.equal(press("f", "control"), "flag");
  assert.equal(press("p", "page", { ctrlKey: true }), null);
  assert.equal(press("n", "page", { isComposing: true }), null);
  assert.equal(press("?"), "help");
  assert.equal(placeOf({ tagName: "INPUT", type: "radio" }), "choice");
  assert.equal(placeOf({ tagName: "INPUT", type: "text" }), "typing");
  assert.equal(placeOf({ tagName: "BODY" }), "page");
});

test("change ids are version 4 UUIDs, also without a secure context", () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const plain = { getRandomValues: (bytes) => globalThis.crypto.getRandomValues(bytes) };
  for (const source of [globalThis.crypto, plain, null]) assert.match(newChangeId(source), uuid);
  assert.notEqual(newChangeId(plain), newChangeId(plain));
});

test("groups stay below the size a parting message may have", () => {
  const changes = Array.from({ length: 10 }, (_, n) => ({ changeId: `${n}`, response: { text: "ä".repeat(5000) } }));
  const groups = groupsBySize(changes);
  assert.ok(groups.length > 1);
  assert.equal(groups.flat().length, 10);
  for (const group of groups) assert.ok(new TextEncoder().encode(JSON.stringify(group)).length < 55000);
});

test("places in the address", () => {
  assert.equal(hashFor(2), "#question-3");
  assert.equal(indexFromHash("#question-3"), 2);
  assert.equal(indexFromHash("#hand-in"), null);
});

test("time spent counts only while the page is looked at", () => {
  const spent = new TimeSpent();
  spent.startFrom(1, 10);
  spent.show(1, 0);
  assert.equal(spent.seconds(1, 5000), 15);
  spent.hide(6000);
  spent.back(60000);
  spent.show(2, 61000);
  assert.equal(spent.seconds(1, 99000), 17);
  assert.equal(spent.seconds(2, 62000), 1);
});

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

const conflict = (changeId, mine, theirs, resolution = "local", questionId = 1) => ({ changeId, questionId, resolution, localValue: { text: mine }, serverValue: { text: theirs } });

test("of two answers the one that lost is offered, unless it is the one that is shown", () => {
  const won = conflict("a", "mine", "theirs");
  const lost = conflict("b", "mine", "theirs", "server");
  assert.deepEqual([lostValue(won), lostValue(lost)], [{ text: "theirs" }, { text: "mine" }]);
  assert.equal(offerFor([won], 1, { text: "mine" }), won);
  assert.equal(offerFor([won], 1, { text: "theirs" }), null);
  assert.equal(offerFor([won], 2, { text: "mine" }), null);
  assert.equal(offerFor([won, lost], 1, { text: "other" }), lost);
  assert.equal(offerFor([won, lost], 1, { text: "mine" }), won);
});

test("news of conflicts are laid over what is known, and may come twice", () => {
  const [one, two] = [conflict("a", "x", "y"), conflict("b", "x", "z")];
  const known = withNews([one], { opened: [two] });
  assert.deepEqual(withNews(known, { opened: [two] }), [one, two]);
  assert.deepEqual(withNews(known, { settled: ["a"] }), [two]);
});

test("who decides about a conflict decides about older ones of the question, too", () => {
  const all = [conflict("a", "x", "y"), conflict("b", "x", "y", "local", 2), conflict("c", "x", "z"), conflict("d", "x", "w")];
  assert.deepEqual(withoutUpTo(all, all[2]).map((one) => one.changeId), ["b", "d"]);
  assert.deepEqual(withoutUpTo(all, conflict("gone", "x", "y")), all);
});
