import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIONS, byReason, payloadOf, possibleIn, outcomeText, suggestedMinutes, validate, targetsOf } from "../../monitor/model/actions.js";

const row = (firstName, status) => ({ studentId: firstName, firstName, lastName: "Berg", status, submittedAt: null, expiresAt: null, attemptId: status && `${firstName}-1` });
const ROWS = [row("Ada", "in_progress"), row("Ben", "paused"), row("Cem", "submitted"), row("Dan", null), row("Eve", "cancelled")];
const names = (rows) => rows.map((one) => one.firstName);

// [action, included students, reasons of the excluded ones]
const APPLICABLE = [
  ["pause", ["Ada"], ["is paused already", "has handed in", "has not started", "was cancelled"]],
  ["resume", ["Ben"], ["is not paused", "has handed in", "has not started", "was cancelled"]],
  ["extend", ["Ada", "Ben"], ["has handed in", "has not started", "was cancelled"]],
  ["submit", ["Ada", "Ben"], ["has handed in", "has not started", "was cancelled"]],
  ["reopen", ["Cem"], ["is still working", "has not started", "was cancelled"]],
  ["cancel", ["Ada", "Ben"], ["has handed in", "has not started", "was cancelled"]],
  ["message", ["Ada", "Ben", "Cem", "Eve"], ["has not started"]],
];
for (const [action, included, reasons] of APPLICABLE) {
  test(`${action} knows whom it applies to`, () => {
    const targets = targetsOf(action, ROWS);
    assert.deepEqual(names(targets.included), included);
    assert.deepEqual(byReason(targets.excluded).map(([reason]) => reason), reasons);
  });
}

test("a message to everyone also reaches students who have not started", () => {
  assert.equal(targetsOf("message", ROWS, true).included.length, ROWS.length);
});

test("more time is also for students whose time was up, never for those who handed in", () => {
  const at = "2026-05-04T09:30:00.000Z";
  const expired = { ...row("Fay", "graded"), submittedAt: at, expiresAt: at };
  const early = { ...row("Gus", "graded"), submittedAt: "2026-05-04T09:10:00.000Z", expiresAt: at };
  assert.deepEqual(names(targetsOf("extend", [expired, early]).included), ["Fay"]);
});

test("a button names the action and the number of students", () => {
  const text = (action, count, form = {}) => ACTIONS[action].button(count === 1 ? "1 student" : `${count} students`, form);
  assert.equal(text("pause", 3), "Pause 3 students");
  assert.equal(text("extend", 1, { minutes: "10" }), "Give 10 more minutes to 1 student");
  assert.equal(text("extend", 2, { minutes: "" }), "Give more time to 2 students");
  assert.equal(text("cancel", 1), "Cancel the attempt of 1 student");
  assert.equal(text("cancel", 12), "Cancel the attempts of 12 students");
});

const FORM = { text: "Hello", reason: "Fire alarm", minutes: "10", scaled: true };

test("a form requires only the fields of its action", () => {
  for (const name of Object.keys(ACTIONS)) assert.deepEqual(validate(name, FORM, ROWS), {}, name);
  const empty = { text: " ", reason: " ", minutes: "1.5", scaled: false };
  assert.deepEqual(Object.keys(validate("message", empty, [])), ["who", "text"]);
  assert.deepEqual(Object.keys(validate("extend", empty, ROWS)), ["minutes", "reason"]);
  for (const minutes of ["10,5", "10.5", "1e2", "-5", "0", "601", "ten", ""]) {
    assert.deepEqual(Object.keys(validate("extend", { ...FORM, minutes }, ROWS)), ["minutes"], minutes);
  }
  for (const minutes of ["10", " 10 ", "１０", "١٠", "۱۰"]) {
    assert.deepEqual(validate("extend", { ...FORM, minutes }, ROWS), {}, minutes);
    assert.equal(payloadOf("extend", { ...FORM, minutes }, ["a"]).minutes, 10, minutes);
  }
  assert.deepEqual(Object.keys(validate("pause", empty, ROWS)), ["reason"]);
});

test("the payload is what the event expects", () => {
  assert.deepEqual(payloadOf("message", FORM, "all"), { attemptIds: "all", text: "Hello" });
  assert.deepEqual(payloadOf("pause", FORM, ["a"]), { attemptIds: ["a"], reason: "Fire alarm" });
  assert.deepEqual(payloadOf("reopen", FORM, ["a"]), { attemptIds: ["a"], reason: "Fire alarm", minutes: 10 });
  assert.deepEqual(payloadOf("extend", FORM, ["a"]), { attemptIds: ["a"], reason: "Fire alarm", minutes: 10, scaled: true });
});

test("after the exam only reopening is possible, until the release", () => {
  const all = { pause: true, reopen: true };
  const possible = (status, resultsReleasedAt = null) => Object.entries(possibleIn({ status, resultsReleasedAt }, all)).filter(([, can]) => can).map(([name]) => name);
  assert.deepEqual(possible("in_progress"), ["pause", "reopen"]);
  assert.deepEqual(possible("completed"), ["reopen"]);
  assert.deepEqual(possible("completed", "2026-05-04T10:00:00.000Z"), []);
});

test("the outcome names the number of students", () => {
  const some = (count) => Array.from({ length: count }, () => ({}));
  const text = (action, done, refused, form = FORM) => outcomeText(action, { done: some(done), refused: some(refused) }, form);
  assert.equal(text("pause", 28, 2), "28 of 30 students are paused");
  assert.equal(text("submit", 1, 0), "1 student has handed in");
  assert.equal(text("resume", 0, 2), "0 of 2 students are working again");
  assert.equal(text("extend", 2, 0), "2 students have more time");
  assert.equal(text("extend", 1, 0, { minutes: "1", scaled: false }), "1 student has 1 more minute");
});

test("a reopened attempt is offered the time that was left", () => {
  const early = { submittedAt: "2026-05-04T09:10:30.000Z", expiresAt: "2026-05-04T09:40:00.000Z" };
  const late = { submittedAt: "2026-05-04T09:40:00.000Z", expiresAt: "2026-05-04T09:40:00.000Z" };
  assert.equal(suggestedMinutes("reopen", [late, early]), "30");
  assert.equal(suggestedMinutes("reopen", [late]), "10");
  assert.equal(suggestedMinutes("extend", [early]), "10");
});
