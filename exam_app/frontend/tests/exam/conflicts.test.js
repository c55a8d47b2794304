import assert from "node:assert/strict";
import { test } from "node:test";
import { lostValue, offerFor, withNews, withoutUpTo } from "../../exam/model/conflicts.js";

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
