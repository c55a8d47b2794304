import assert from "node:assert/strict";
import { test } from "node:test";
import { PressGuard } from "../../lib/presses.js";

const HERE = { x: 100, y: 700 };

function press(guard, control, at, { place = HERE, clicks = 1, isField = false, name = "" } = {}) {
  guard.begin(place);
  return guard.allows(control, clicks, at, { isField, name });
}

test("a second press at the same place does not act on what lies there now, however often it is repeated", () => {
  const guard = new PressGuard();
  assert.ok(press(guard, "review", 0));
  guard.newView();
  for (const at of [100, 500, 1500, 2600]) assert.ok(!press(guard, "hand in", at), `${at}`);
  assert.ok(press(guard, "hand in", 3900));
});

test("another place, or some time to look, is a press of its own", () => {
  const guard = new PressGuard();
  assert.ok(press(guard, "review", 0));
  guard.newView();
  assert.ok(press(guard, "question 2", 150, { place: { x: 100, y: 500 } }));
});

test("the same control goes on, but not by a double click", () => {
  const guard = new PressGuard();
  assert.ok(press(guard, "next", 0));
  guard.newView();
  assert.ok(press(guard, "next", 300));
  guard.newView();
  assert.ok(!press(guard, "next", 500, { clicks: 2 }));
});

test("a control that has got another name does something else, also by key", () => {
  for (const place of [HERE, null]) {
    const guard = new PressGuard();
    assert.ok(press(guard, "button", 0, { name: "Open waiting room", place }));
    guard.newView();
    assert.ok(!press(guard, "button", 800, { name: "Start the exam for 1 student", place }));
    assert.ok(!press(guard, "button", 1800, { name: "Start the exam for 2 students", place }));
    assert.ok(press(guard, "button", 3100, { name: "Start the exam for 2 students", place }));
  }
});

test("in one view everything may be pressed as quickly as one likes, also what is switched on and off", () => {
  const guard = new PressGuard();
  assert.ok(press(guard, "up", 0));
  assert.ok(press(guard, "up", 100, { clicks: 2 }));
  assert.ok(press(guard, "down", 200, { clicks: 3 }));
  assert.ok(press(guard, "switch", 300, { name: "Hide the time" }));
  assert.ok(press(guard, "switch", 400, { name: "Show the time" }));
});

test("a press that went down on the view before does nothing", () => {
  const guard = new PressGuard();
  guard.begin(HERE);
  guard.newView();
  assert.ok(!guard.allows("hand in", 1, 5000));
  assert.ok(guard.allows("hand in", 0, 5100), "assistive technology clicks without a press");
});

test("whoever types in between does not repeat anything", () => {
  const guard = new PressGuard();
  assert.ok(press(guard, "question 4", 0));
  guard.newView();
  guard.interrupt();
  assert.ok(press(guard, "keep this", 300));
});

test("an answer is not chosen by a double tap, but soon after", () => {
  const guard = new PressGuard();
  assert.ok(press(guard, "next", 0));
  guard.newView();
  assert.ok(!press(guard, "an option", 150, { isField: true }));
  assert.ok(!press(guard, "an option", 900, { isField: true }));
  assert.ok(press(guard, "an option", 2000, { isField: true }));
});
