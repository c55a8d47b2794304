import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIONS, byReason, dataOf, outcomeWords, problemsOf, targetsOf } from "../../monitor/model/actions.js";

const row = (firstName, status) => ({ studentId: firstName, firstName, lastName: "Berg", status, attemptId: status && `${firstName}-1` });
const ROWS = [row("Ada", "in_progress"), row("Ben", "paused"), row("Cem", "submitted"), row("Dan", null), row("Eve", "cancelled")];
const names = (rows) => rows.map((one) => one.firstName);

// [action, who is hit, why the others are not]
const REACHED = [
  ["pause", ["Ada"], ["is paused already", "has handed in", "has not started", "was cancelled"]],
  ["resume", ["Ben"], ["is not paused", "has handed in", "has not started", "was cancelled"]],
  ["extend", ["Ada", "Ben"], ["has handed in", "has not started", "was cancelled"]],
  ["submit", ["Ada", "Ben"], ["has handed in", "has not started", "was cancelled"]],
  ["cancel", ["Ada", "Ben"], ["has handed in", "has not started", "was cancelled"]],
  ["message", ["Ada", "Ben", "Cem", "Eve"], ["has not started"]],
];
for (const [action, hit, why] of REACHED) {
  test(`${action} says beforehand whom it reaches`, () => {
    const targets = targetsOf(action, ROWS);
    assert.deepEqual(names(targets.hit), hit);
    assert.deepEqual(byReason(targets.spared).map(([reason]) => reason), why);
  });
}

test("a message to everyone reaches those who have not started, too", () => {
  assert.equal(targetsOf("message", ROWS, true).hit.length, ROWS.length);
});

test("a button says what will happen to how many", () => {
  const words = (action, count, form = {}) => ACTIONS[action].button(count === 1 ? "1 student" : `${count} students`, form);
  assert.equal(words("pause", 3), "Pause 3 students");
  assert.equal(words("extend", 1, { minutes: "10" }), "Give 10 more minutes to 1 student");
  assert.equal(words("extend", 2, { minutes: "" }), "Give more time to 2 students");
  assert.equal(words("cancel", 1), "Cancel the attempt of 1 student");
  assert.equal(words("cancel", 12), "Cancel the attempts of 12 students");
});

const FORM = { text: "Hello", reason: "Fire alarm", minutes: "10", scaled: true };

test("a form asks only for what its action needs", () => {
  for (const name of Object.keys(ACTIONS)) assert.deepEqual(problemsOf(name, FORM, ROWS), {}, name);
  const empty = { text: " ", reason: " ", minutes: "1.5", scaled: false };
  assert.deepEqual(Object.keys(problemsOf("message", empty, [])), ["who", "text"]);
  assert.deepEqual(Object.keys(problemsOf("extend", empty, ROWS)), ["minutes", "reason"]);
  assert.deepEqual(Object.keys(problemsOf("pause", empty, ROWS)), ["reason"]);
});

test("what is sent is what the event takes", () => {
  assert.deepEqual(dataOf("message", FORM, "all"), { attemptIds: "all", text: "Hello" });
  assert.deepEqual(dataOf("pause", FORM, ["a"]), { attemptIds: ["a"], reason: "Fire alarm" });
  assert.deepEqual(dataOf("extend", FORM, ["a"]), { attemptIds: ["a"], reason: "Fire alarm", minutes: 10, scaled: true });
});

test("an outcome says for how many of how many", () => {
  const some = (count) => Array.from({ length: count }, () => ({}));
  const words = (action, done, refused, form = FORM) => outcomeWords(action, { done: some(done), refused: some(refused) }, form);
  assert.equal(words("pause", 28, 2), "28 of 30 students are paused");
  assert.equal(words("submit", 1, 0), "1 student has handed in");
  assert.equal(words("resume", 0, 2), "0 of 2 students go on");
  assert.equal(words("extend", 2, 0), "2 students have more time");
  assert.equal(words("extend", 1, 0, { minutes: "1", scaled: false }), "1 student has 1 more minute");
});
