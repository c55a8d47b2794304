import assert from "node:assert/strict";
import { test } from "node:test";
import { closedWords, lockedWords, saveState, undeliveredWords } from "../../exam/model/save-state.js";

const calm = { connection: "connected", unreachable: false, restWorks: false, pending: 0, refused: 0, updatedAt: null, closed: null, locked: false, paused: false, now: 1000 };

test("one sentence about saving, the most urgent truth first", () => {
  const words = (change) => saveState({ ...calm, ...change }).text;
  assert.equal(words({}), "All answers saved");
  assert.equal(words({ pending: 2 }), "Saving…");
  assert.equal(words({ connection: "offline", pending: 2 }), "Offline: 2 answers wait on this device, they will be sent");
  assert.equal(words({ connection: "offline", pending: 1 }), "Offline: 1 answer waits on this device, it will be sent");
  assert.equal(words({ connection: "offline" }), "Offline: all answers so far are saved");
  assert.equal(words({ connection: "offline", restWorks: true }), "All answers saved");
  assert.equal(words({ connection: "offline", restWorks: true, pending: 1 }), "Saving…");
  assert.equal(words({ unreachable: true, pending: 1 }), "Offline: 1 answer waits on this device, it will be sent");
  assert.equal(words({ connection: "login", pending: 1 }), "Signed out: 1 answer waits on this device");
  assert.equal(words({ refused: 1 }), "1 answer not saved: see the marked question");
  assert.equal(words({ updatedAt: 900 }), "Saved on another device: this page was brought up to date");
  assert.equal(words({ locked: true, pending: 1 }), "Time is up: sending your last answers…");
});

test("the end in words", () => {
  assert.match(closedWords({ status: "expired", submittedAt: "2026-01-15T11:30:00.000Z" }), /^Time is up: your answers were handed in at \d\d:30:00$/);
  assert.match(closedWords({ status: "graded", submissionMethod: "automatic", submittedAt: "2026-01-15T11:30:00.000Z" }), /^Time is up/);
  assert.match(closedWords({ status: "submitted", submittedAt: "2026-01-15T11:30:00.000Z" }), /^Your answers were handed in at/);
  assert.equal(closedWords({ status: "cancelled" }), "This attempt was cancelled");
});

test("the end of the time says what really happens to the answers", () => {
  assert.match(lockedWords({ away: false, pending: 2 }), /are being handed in/);
  assert.match(lockedWords({ away: true, pending: 0 }), /the server has all your answers/);
  assert.match(lockedWords({ away: true, pending: 1 }), /1 answer waits on this device. It is sent by itself when/);
  assert.match(lockedWords({ away: true, pending: 2 }), /decides about them/);
  assert.match(undeliveredWords(2, false), /^They are kept on this device and sent by themselves/);
  assert.match(undeliveredWords(1, true), /cannot send it\. It is kept on this device/);
});
