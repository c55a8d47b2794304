import assert from "node:assert/strict";
import { test } from "node:test";
import { JumpDetector, ServerClock } from "../../lib/clock.js";

const sample = (sentAt, roundTrip, offset) => ({ sentAt, receivedAt: sentAt + roundTrip, serverTime: sentAt + roundTrip / 2 + offset });

test("the first sample is used at once, the fastest of the last eight after it", () => {
  const clock = new ServerClock();
  clock.addSample(sample(1000, 400, 5000));
  assert.equal(Math.round(clock.now(1400)), 6400);
  clock.addSample(sample(2000, 20, 5100));
  clock.addSample(sample(3000, 900, 4000));
  assert.equal(clock.target, 5100);
});

test("a better estimate is approached slowly and never by a jump", () => {
  const clock = new ServerClock();
  clock.addSample(sample(0, 100, 0));
  clock.now(1000);
  clock.addSample(sample(900, 10, 1000));
  let before = clock.now(1000);
  for (let t = 1100; t < 15000; t += 100) {
    const now = clock.now(t);
    assert.ok(now >= before && now - before <= 111, `${now - before}`);
    before = now;
  }
  assert.equal(Math.round(clock.now(15000)), 16000);
});

test("old samples leave after eight newer ones", () => {
  const clock = new ServerClock();
  clock.addSample(sample(0, 1, 0));
  for (let i = 1; i <= 8; i++) clock.addSample(sample(i * 10000, 50, 300));
  assert.equal(clock.target, 300);
});

test("after the device was asleep the estimate goes on, and the next sample counts at once", () => {
  const clock = new ServerClock();
  clock.addSample(sample(0, 10, 0));
  clock.reset();
  assert.equal(Math.round(clock.now(5000)), 5000);
  clock.addSample(sample(6000, 10, 3600000));
  assert.equal(Math.round(clock.now(6010)), 3606010);
});

test("an estimate of an earlier page is used until the first sample, and is not confirmed", () => {
  const clock = new ServerClock();
  clock.startFrom(9_000_000, 1000);
  assert.deepEqual([clock.now(2000), clock.known, clock.confirmed], [9_001_000, true, false]);
  clock.addSample(sample(3000, 10, 5_000_000));
  assert.deepEqual([clock.now(3010), clock.confirmed], [5_003_010, true]);
});

test("how far the server is ahead of a time of day of the device", () => {
  const clock = new ServerClock();
  assert.equal(clock.aheadOf(1_000_000, 500), null);
  clock.addSample(sample(0, 0, 1_700_000));
  assert.equal(clock.aheadOf(1_000_000, 500), 700_500);
});

test("ISO times, and nonsense is ignored", () => {
  const clock = new ServerClock();
  clock.addSample({ sentAt: 10, receivedAt: 5, serverTime: 1 });
  clock.addSample({ sentAt: 0, receivedAt: 10, serverTime: "nonsense" });
  assert.equal(clock.known, false);
  clock.addSample({ sentAt: 0, receivedAt: 0, serverTime: "1970-01-01T00:00:02.000Z" });
  assert.equal(clock.until("1970-01-01T00:00:05.000Z", 1000), 2000);
});

test("a jump is a change between wall clock and monotonic clock", () => {
  const detector = new JumpDetector(100000, 0);
  assert.equal(detector.jumped(101000, 1000), false);
  assert.equal(detector.jumped(161000, 2000), true);
  assert.equal(detector.jumped(162000, 3000), false);
});
