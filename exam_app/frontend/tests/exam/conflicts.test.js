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

/** The conflict part of an exam page whose server time is counted in seconds. */
function setUp(conflicts = []) {
  const exam = { store: createStore({ conflicts }), resolved: [], settled: new Set(), resyncs: 0, resync: () => (exam.resyncs += 1) };
  const known = () => exam.store.get().conflicts;
  return { exam, known };
}

const at = (seconds) => new Date(Date.UTC(2026, 0, 1) + 1000 * seconds).toISOString();
const [one, two] = [conflict("a", "x", "y"), conflict("b", "x", "z", "local", 2)];

test("a state or reply that was read before a conflict was settled does not open it again", () => {
  const { exam, known } = setUp([one]);
  conflictsChanged(exam, { settled: ["a"], serverTime: at(2) });
  conflictsChanged(exam, { opened: [one], serverTime: at(1) });
  assert.deepEqual(known(), []);
  adoptConflicts(exam, { conflicts: [one], serverTime: at(1) });
  assert.deepEqual([known(), exam.resyncs], [[], 1]);
  adoptConflicts(exam, { conflicts: [one, two], serverTime: at(3) });
  assert.deepEqual([known(), exam.resyncs], [[two], 1]);
});

test("a state that was read before a conflict does not hide it", () => {
  const { exam, known } = setUp();
  conflictsChanged(exam, { opened: [one], serverTime: at(2) });
  adoptConflicts(exam, { conflicts: [], serverTime: at(1) });
  assert.deepEqual([known(), exam.resyncs], [[one], 1]);
  adoptConflicts(exam, { conflicts: [], serverTime: at(3) });
  assert.deepEqual(known(), []);
});
