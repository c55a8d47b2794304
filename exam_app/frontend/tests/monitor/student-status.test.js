import assert from "node:assert/strict";
import { test } from "node:test";
import { behindBelow, countRows, iconOf, needsAttention, statusText, timeLeftOf, issuesOf } from "../../monitor/model/student-status.js";

const NOW = Date.parse("2025-01-15T10:30:00.000Z");
const ago = (seconds) => new Date(NOW - seconds * 1000).toISOString();
const row = (over = {}) => ({
  attemptId: "a", status: "in_progress", connected: true, visible: true, awaySince: null,
  pending: 0, notSavingSince: null, lastSeen: ago(2), submittedAt: null, ...over,
});

const CASES = [
  ["answering", row(), []],
  ["left the page 0:48", row({ visible: false, awaySince: ago(48) }), ["away"]],
  ["left the page", row({ visible: false }), ["away"]],
  ["offline 2:10", row({ connected: false, lastSeen: ago(130) }), ["offline"]],
  ["offline", row({ connected: false, lastSeen: null }), ["offline"]],
  ["not saving 1:20", row({ pending: 2, notSavingSince: ago(80) }), ["not_saving"]],
  ["answering", row({ pending: 2, notSavingSince: ago(14.9) }), []],
  ["not saving 0:15", row({ pending: 2, notSavingSince: ago(15) }), ["not_saving"]],
  ["answering", row({ pending: 0, notSavingSince: ago(80) }), []],
  ["not saving 1:20, left the page 0:05", row({ pending: 1, notSavingSince: ago(80), visible: false, awaySince: ago(5) }), ["not_saving", "away"]],
  ["offline 0:31, not saving 0:40", row({ connected: false, lastSeen: ago(31), visible: false, awaySince: ago(50), pending: 1, notSavingSince: ago(40) }), ["offline", "not_saving"]],
  ["paused", row({ status: "paused" }), []],
  ["paused 1:05", row({ status: "paused", pausedAt: ago(65) }), []],
  ["paused 1:05, offline", row({ status: "paused", pausedAt: ago(65), connected: false }), []],
  ["asks for help, answering", row({ requests: 1 }), []],
  ["handed in", row({ status: "graded", connected: false }), []],
  ["cancelled", row({ status: "cancelled" }), []],
  ["connected, not started", row({ status: null, attemptId: null }), []],
  ["absent", row({ status: null, attemptId: null, connected: false }), []],
];

for (const [text, student, kinds] of CASES) {
  test(`says "${text}" for ${kinds.join(" + ") || "no issue"}`, () => {
    assert.equal(statusText(student, NOW), text);
    assert.deepEqual(issuesOf(student, NOW).map(({ kind }) => kind), kinds);
  });
}

test("shows the time of submission in the browser's time zone", () => {
  assert.match(statusText(row({ status: "expired", submittedAt: ago(60) }), NOW), /^handed in \d\d:\d\d$/);
});

test("every status has an icon of its own", () => {
  const icons = CASES.map(([, student]) => iconOf(student, NOW));
  assert.deepEqual(new Set(icons), new Set(["working", "away", "offline", "not_saving", "help", "paused", "done", "absent"]));
});

test("counts each student in every figure that applies", () => {
  const counts = countRows(CASES.map(([, student]) => student), NOW);
  assert.deepEqual(counts, {
    enrolled: 19, connected: 13, working: 15, paused: 3, offline: 3, notSaving: 4, away: 3, done: 1, absent: 1,
  });
});

test("needs attention: an issue of the page, a help request, an open alert", () => {
  assert.equal(needsAttention(row(), NOW), false);
  assert.equal(needsAttention(row({ requests: 1 }), NOW), true);
  assert.equal(needsAttention(row({ alerts: 1, status: "submitted" }), NOW), true);
  assert.equal(needsAttention(row({ connected: false }), NOW), true);
});

test("behind is a fifth of the test below the mean of the working students", () => {
  const answered = (questionsAnswered, over = {}) => row({ questionsAnswered, totalQuestions: 10, ...over });
  assert.equal(behindBelow([]), 0);
  assert.equal(behindBelow([answered(4), answered(8), answered(10, { status: "submitted" })]).toFixed(2), "0.40");
  assert.ok(behindBelow([answered(0), answered(1)]) < 0, "early on nobody is behind");
});

test("the remaining time of a paused attempt does not change", () => {
  const expiresAt = new Date(NOW + 600_000).toISOString();
  assert.equal(timeLeftOf(row({ expiresAt }), NOW), 600_000);
  assert.equal(timeLeftOf(row({ expiresAt, status: "paused", pausedAt: ago(60) }), NOW), 660_000);
  assert.equal(timeLeftOf(row({ expiresAt: null }), NOW), null);
});
