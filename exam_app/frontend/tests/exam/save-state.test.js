import assert from "node:assert/strict";
import { test } from "node:test";
import { closedText, lockedText, saveState, undeliveredText } from "../../exam/model/save-state.js";

const calm = { connection: "connected", unreachable: false, restWorks: false, pending: 0, refused: 0, updatedAt: null, closed: null, locked: false, paused: false, now: 1000 };

test("one save status, the most urgent state first", () => {
  const text = (change) => saveState({ ...calm, ...change }).text;
  assert.equal(text({}), "All answers saved");
  assert.equal(text({ pending: 2 }), "Saving…");
  assert.equal(text({ connection: "offline", pending: 2 }), "Offline: 2 answers are stored on this device and will be sent");
  assert.equal(text({ connection: "offline", pending: 1 }), "Offline: 1 answer is stored on this device and will be sent");
  assert.equal(text({ connection: "offline" }), "Offline: all answers so far are saved");
  assert.equal(text({ connection: "offline", restWorks: true }), "All answers saved");
  assert.equal(text({ connection: "offline", restWorks: true, pending: 1 }), "Saving…");
  assert.equal(text({ unreachable: true, pending: 1 }), "Offline: 1 answer is stored on this device and will be sent");
  assert.equal(text({ connection: "login", pending: 1 }), "Signed out: 1 answer is stored on this device");
  assert.equal(text({ refused: 1 }), "1 answer not saved: see the marked question");
  assert.equal(text({ updatedAt: 900 }), "Updated: saved on another device");
  assert.equal(text({ locked: true, pending: 1 }), "Time is up: sending your last answers…");
});

test("the end of the attempt as text", () => {
  assert.match(closedText({ status: "expired", submittedAt: "2026-01-15T11:30:00.000Z" }), /^Time is up: your answers were handed in at \d\d:30:00$/);
  assert.match(closedText({ status: "graded", submissionMethod: "automatic", submittedAt: "2026-01-15T11:30:00.000Z" }), /^Time is up/);
  assert.match(closedText({ status: "submitted", submittedAt: "2026-01-15T11:30:00.000Z" }), /^Your answers were handed in at/);
  assert.equal(closedText({ status: "cancelled" }), "This attempt was cancelled");
});

test("the text at the deadline says what really happens to the answers", () => {
  assert.match(lockedText({ offline: false, pending: 2 }), /are being handed in/);
  assert.match(lockedText({ offline: true, pending: 0 }), /the server has all your answers/);
  assert.match(lockedText({ offline: true, pending: 1 }), /1 answer is stored on this device. It is sent automatically when/);
  assert.match(lockedText({ offline: true, pending: 2 }), /decides whether to accept them/);
  assert.match(undeliveredText(2, false), /^They are stored on this device and sent automatically/);
  assert.match(undeliveredText(1, true), /cannot send it\. It is stored on this device/);
});
