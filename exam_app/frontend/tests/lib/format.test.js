import assert from "node:assert/strict";
import { test } from "node:test";
import { addedTimeText, clockTime, durationText, ordinal, pointsText, relativeTime, sentence, timeLeft } from "../../lib/format.js";

test("remaining time shows seconds in the last five minutes only", () => {
  const cases = [[3_900_000, "1 h 05 min"], [3_600_000, "1 h 00 min"], [2_537_000, "43 min"], [300_001, "6 min"], [300_000, "5:00"], [61_000, "1:01"], [500, "0:01"], [0, "0:00"], [-5, "0:00"]];
  for (const [ms, words] of cases) assert.equal(timeLeft(ms), words);
});

test("durations in full words", () => {
  assert.equal(durationText(3_900_000), "1 hour 5 minutes");
  assert.equal(durationText(299_000), "4 minutes 59 seconds");
  assert.equal(durationText(60_000), "1 minute");
  assert.equal(durationText(0), "0 seconds");
});

test("added time, points, and times near now", () => {
  assert.equal(addedTimeText(600), "10 more minutes");
  assert.equal(addedTimeText(60), "1 more minute");
  assert.equal(addedTimeText(-90), "90 seconds less");
  assert.equal(pointsText("1.00"), "1 point");
  assert.equal(pointsText("1.5"), "1.5 points");
  const now = Date.parse("2026-01-15T10:00:00Z");
  assert.equal(relativeTime("2026-01-15T09:58:00Z", now), "2 min ago");
  assert.equal(relativeTime("2026-01-15T13:00:00Z", now), "in 3 h");
  assert.equal(relativeTime("2026-01-10T13:00:00Z", now), null);
  assert.equal(clockTime("2026-01-15T11:30:00.000Z", { seconds: true, locale: "en", timeZone: "UTC" }), "11:30:00");
});

test("places in a queue", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 102].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd"]);
});

test("a reason gets a full stop only if it has no mark at its end", () => {
  assert.equal(sentence("A second tap"), "A second tap.");
  for (const ended of ["A second tap.", "Why?", "لماذا؟"]) assert.equal(sentence(ended), ended);
});
