import assert from "node:assert/strict";
import { test } from "node:test";
import { csrfToken, openEnvelope } from "../../lib/rest.js";
import { addedWords, clockTime, durationWords, ordinal, pointsWords, relativeTime, timeLeft } from "../../lib/format.js";
import { checkNumber } from "../../exam/model/numbers.js";
import { closedWords, lockedWords, saveState, undeliveredWords } from "../../exam/model/save-state.js";

test("remaining time shows seconds in the last five minutes only", () => {
  const cases = [[3_900_000, "1 h 05 min"], [3_600_000, "1 h 00 min"], [2_537_000, "43 min"], [300_001, "6 min"], [300_000, "5:00"], [61_000, "1:01"], [500, "0:01"], [0, "0:00"], [-5, "0:00"]];
  for (const [ms, words] of cases) assert.equal(timeLeft(ms), words);
});

test("durations in full words", () => {
  assert.equal(durationWords(3_900_000), "1 hour 5 minutes");
  assert.equal(durationWords(299_000), "4 minutes 59 seconds");
  assert.equal(durationWords(60_000), "1 minute");
  assert.equal(durationWords(0), "0 seconds");
});

test("added time, points, and times near now", () => {
  assert.equal(addedWords(600), "10 more minutes");
  assert.equal(addedWords(60), "1 more minute");
  assert.equal(addedWords(-90), "90 seconds less");
  assert.equal(pointsWords("1.00"), "1 point");
  assert.equal(pointsWords("1.5"), "1.5 points");
  const now = Date.parse("2026-01-15T10:00:00Z");
  assert.equal(relativeTime("2026-01-15T09:58:00Z", now), "2 min ago");
  assert.equal(relativeTime("2026-01-15T13:00:00Z", now), "in 3 h");
  assert.equal(relativeTime("2026-01-10T13:00:00Z", now), null);
  assert.equal(clockTime("2026-01-15T11:30:00.000Z", { seconds: true, locale: "en", timeZone: "UTC" }), "11:30:00");
});

test("numbers are judged as the server judges them", () => {
  for (const good of ["", "3.5", "3,5", "-2", "+2", ".5", "5.", "1e6", "1E-6", " 42 ", "\u22125"]) assert.equal(checkNumber(good).ok, true, good);
  for (const start of ["-", "3e", "3e-", "."]) assert.equal(checkNumber(start).unfinished, true, start);
  for (const bad of ["abc", "1.2.3", "1,000,000", "46 cells", "NaN", "Infinity", "1e100", "0x10", "1".repeat(65), "1e9999"]) {
    const { ok, message, unfinished } = checkNumber(bad);
    assert.equal(ok, false, bad);
    assert.ok(message && !unfinished, bad);
  }
  assert.match(checkNumber("46 cells").message, /unit/);
  assert.match(checkNumber("1,000,000").message, /decimal point/);
});

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

test("envelopes and the CSRF cookie", () => {
  assert.deepEqual(openEnvelope({ success: true, data: { a: 1 } }), { a: 1 });
  assert.throws(() => openEnvelope({ success: false, error: { code: "token_expired", message: "m" } }), (e) => e.needsLogin && !e.isNetwork);
  assert.throws(() => openEnvelope(null, 502), (e) => e.isNetwork);
  assert.throws(() => openEnvelope(undefined, 401), (e) => e.needsLogin);
  assert.equal(csrfToken("a=b; csrf_access_token=x%3Dy; c=d"), "x=y");
  assert.equal(csrfToken("other_csrf_access_token=x"), "");
});

test("places in a queue", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 102].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd"]);
});

test("the token for renewing a login is another one", () => {
  const cookies = "csrf_access_token=a%2B; csrf_refresh_token=b";
  assert.deepEqual([csrfToken(cookies), csrfToken(cookies, "refresh"), csrfToken("")], ["a+", "b", ""]);
});

test("the end of the time says what really happens to the answers", () => {
  assert.match(lockedWords({ away: false, pending: 2 }), /are being handed in/);
  assert.match(lockedWords({ away: true, pending: 0 }), /the server has all your answers/);
  assert.match(lockedWords({ away: true, pending: 1 }), /1 answer waits on this device. It is sent by itself when/);
  assert.match(lockedWords({ away: true, pending: 2 }), /decides about them/);
  assert.match(undeliveredWords(2, false), /^They are kept on this device and sent by themselves/);
  assert.match(undeliveredWords(1, true), /cannot send it\. It is kept on this device/);
});
