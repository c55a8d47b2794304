import assert from "node:assert/strict";
import { test } from "node:test";
import { createBoardSync } from "../../monitor/model/board-sync.js";

const T0 = Date.parse("2025-01-15T10:30:00.000Z");
const flush = () => new Promise((resolve) => setImmediate(resolve));

// A board sync with a manual clock and a server whose snapshots are released one by one.
function setUp() {
  const timers = new Map();
  const requests = [];
  const received = { board: null, refused: null };
  let time = T0;
  let last = 0;
  const sync = createBoardSync({
    requestSnapshot: () => new Promise((resolve, reject) => requests.push({ resolve, reject, at: time - T0 })),
    onBoard: (board) => (received.board = board),
    onRefused: (error) => (received.refused = error),
    now: () => time,
    setTimer: (run, wait) => (timers.set(++last, { run, at: time + wait }), last),
    clearTimer: (id) => timers.delete(id),
  });
  return {
    sync,
    requests,
    received,
    async pass(ms) {
      time += ms;
      for (const [id, timer] of timers) {
        if (timer.at > time) continue;
        timers.delete(id);
        timer.run();
      }
      await flush();
    },
    async answer(seq, answered = 0) {
      requests[requests.length - 1].resolve({
        session: { status: "in_progress" },
        seq,
        serverTime: new Date(time).toISOString(),
        students: [{ studentId: "carl", questionsAnswered: answered }],
        questions: [],
      });
      await flush();
    },
    deliver(seq, questionsAnswered, at = time) {
      sync.receive("student_status_update", { seq, serverTime: new Date(at).toISOString(), students: [{ studentId: "carl", questionsAnswered }] });
    },
    answered: () => received.board.rows.carl.questionsAnswered,
  };
}

async function joined(seq = 5) {
  const world = setUp();
  world.sync.connected();
  await world.pass(0);
  await world.answer(seq);
  return world;
}

test("begins with a snapshot, and applies events without another request", async () => {
  const world = await joined();
  world.deliver(6, 1);
  world.deliver(7, 2);
  await world.pass(5000);
  assert.equal(world.answered(), 2);
  assert.equal(world.requests.length, 1);
});

test("a gap that closes within 300 ms needs no snapshot, and keeps the order", async () => {
  const world = await joined();
  await world.pass(2000);
  world.deliver(7, 2);
  assert.equal(world.answered(), 0);
  await world.pass(200);
  world.deliver(6, 1);
  assert.equal(world.answered(), 2);
  await world.pass(2000);
  assert.equal(world.requests.length, 1);
});

test("a gap that does not close is filled by a snapshot after 300 ms", async () => {
  const world = await joined();
  await world.pass(2000);
  world.deliver(8, 3);
  await world.pass(299);
  assert.equal(world.requests.length, 1);
  await world.pass(1);
  assert.equal(world.requests.length, 2);
  await world.answer(8, 3);
  assert.equal(world.answered(), 3);
});

test("events that arrive during a request are applied to its snapshot", async () => {
  const world = await joined();
  await world.pass(2000);
  world.deliver(8, 3);
  await world.pass(300);
  world.deliver(9, 4);
  await world.answer(8, 3);
  assert.equal(world.answered(), 4);
  await world.pass(5000);
  assert.equal(world.requests.length, 2);
});

test("an event without seq is applied, and requests a snapshot", async () => {
  const world = await joined();
  await world.pass(2000);
  world.deliver(null, 9);
  assert.equal(world.answered(), 9);
  await world.pass(300);
  assert.equal(world.requests.length, 2);
});

test("one request at a time, at least a second apart", async () => {
  const world = await joined();
  for (let seq = 100; seq < 120; seq += 2) world.deliver(seq, seq);
  await world.pass(300);
  assert.equal(world.requests.length, 1);
  await world.pass(700);
  assert.equal(world.requests.length, 2);
  for (let seq = 120; seq < 140; seq += 2) world.deliver(seq, seq);
  await world.pass(5000);
  assert.equal(world.requests.length, 2, "the first has not been answered");
});

test("an old seq is dropped; with a later time it means that the server's counter restarted", async () => {
  const world = await joined(50);
  await world.pass(2000);
  world.deliver(50, 7, T0 - 1000);
  await world.pass(300);
  assert.equal(world.requests.length, 1);
  assert.equal(world.answered(), 0);
  world.deliver(1, 8);
  await world.pass(300);
  assert.equal(world.requests.length, 2);
  await world.answer(1, 8);
  world.deliver(2, 9);
  assert.equal(world.answered(), 9);
});

test("when no snapshot arrives, known events are applied, and the request is repeated", async () => {
  const world = await joined();
  await world.pass(2000);
  world.deliver(8, 3);
  await world.pass(300);
  world.requests[1].reject(Object.assign(new Error("no answer"), { code: "timeout" }));
  await flush();
  assert.equal(world.answered(), 3);
  await world.pass(1000);
  assert.equal(world.requests.length, 3);
});

test("a reconnect requests a snapshot; offline nothing is requested", async () => {
  const world = await joined();
  world.sync.disconnected();
  world.sync.refresh();
  await world.pass(5000);
  assert.equal(world.requests.length, 1);
  world.sync.connected();
  await world.pass(0);
  assert.equal(world.requests.length, 2);
});

test("a refusal is reported, and the request is not repeated", async () => {
  const world = setUp();
  world.sync.connected();
  await world.pass(0);
  world.requests[0].reject(Object.assign(new Error("no"), { code: "not_found" }));
  await flush();
  assert.equal(world.received.refused.code, "not_found");
  await world.pass(60000);
  assert.equal(world.requests.length, 1);
});

test("outdated counts by question are corrected ten seconds after the last snapshot", async () => {
  const world = await joined();
  world.sync.receive("student_status_update", {
    seq: 6,
    serverTime: new Date(T0).toISOString(),
    students: [{ studentId: "carl", attemptId: "a", questionsAnswered: 3, answered: { 7: true, 8: false } }],
  });
  await world.pass(9999);
  assert.equal(world.requests.length, 1);
  await world.pass(1);
  assert.equal(world.requests.length, 2);
});
