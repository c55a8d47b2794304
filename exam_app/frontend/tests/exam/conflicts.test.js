import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../lib/store.js";
import { adoptConflicts, conflictsChanged } from "../../exam/live/conflicts.js";
import { lostValue, offerFor, applyConflictEvents, withoutResolved } from "../../exam/model/conflicts.js";

const conflict = (changeId, mine, theirs, resolution = "local", questionId = 1) => ({ changeId, questionId, resolution, localValue: { text: mine }, serverValue: { text: theirs } });

test("the answer that lost is offered, unless it is the one shown", () => {
  const won = conflict("a", "mine", "theirs");
  const lost = conflict("b", "mine", "theirs", "server");
  assert.deepEqual([lostValue(won), lostValue(lost)], [{ text: "theirs" }, { text: "mine" }]);
  assert.equal(offerFor([won], 1, { text: "mine" }), won);
  assert.equal(offerFor([won], 1, { text: "theirs" }), null);
  assert.equal(offerFor([won], 2, { text: "mine" }), null);
  assert.equal(offerFor([won, lost], 1, { text: "other" }), lost);
  assert.equal(offerFor([won, lost], 1, { text: "mine" }), won);
});

test("conflict events update the open conflicts, and may arrive twice", () => {
  const [one, two] = [conflict("a", "x", "y"), conflict("b", "x", "z")];
  const known = applyConflictEvents([one], { opened: [two] });
  assert.deepEqual(applyConflictEvents(known, { opened: [two] }), [one, two]);
  assert.deepEqual(applyConflictEvents(known, { settled: ["a"] }), [two]);
});

test("resolving a conflict resolves older ones of the question too", () => {
  const all = [conflict("a", "x", "y"), conflict("b", "x", "y", "local", 2), conflict("c", "x", "z"), conflict("d", "x", "w")];
  assert.deepEqual(withoutResolved(all, all[2]).map((one) => one.changeId), ["b", "d"]);
  assert.deepEqual(withoutResolved(all, conflict("gone", "x", "y")), all);
});

test("a state that was read before a conflict was settled does not open it again", () => {
  const [one, two] = [conflict("a", "x", "y"), conflict("b", "x", "z", "local", 2)];
  const exam = { store: createStore({ conflicts: [one] }), resolved: [], settled: new Set() };
  conflictsChanged(exam, { settled: ["a"] });
  conflictsChanged(exam, { opened: [one] });
  assert.deepEqual(exam.store.get().conflicts, []);
  adoptConflicts(exam, [one, two]);
  assert.deepEqual(exam.store.get().conflicts, [two]);
});
