import assert from "node:assert/strict";
import { test } from "node:test";
import { createFeed } from "../../monitor/model/board-sync.js";

const T0 = Date.parse("2025-01-15T10:30:00.000Z");
const settle = () => new Promise((resolve) => setImmediate(resolve));

// A feed with a clock by hand and a server whose answers are let go one by one.
function setUp() {
  const timers = new Map();
  const asked = [];
  const heard = { board: null, refused: null };
  let time = T0;
  let last = 0;
  const feed = createFeed({
    ask: () => new Promise((resolve, reject) => asked.push({ resolve, reject, at: time - T0 })),
    onBoard: (board) => (heard.board = board),
    onRefused: (error) => (heard.refused = error),
    now: () => time,
    setTimer: (run, wait) => (timers.set(++last, { run, at: time + wait }), last),
    clearTimer: (id) => timers.delete(id),
  });
  return {
    feed,
    asked,
    heard,
    async pass(ms) {
      time += ms;
      for (const [id, timer] of timers) {
        if (timer.at > time) continue;
        timers.delete(id);
        timer.run();
      }
      await settle();
    },
    async answer(seq, answered = 0) {
      asked[asked.length - 1].resolve({
        session: { status: "in_progress" },
        seq,
        serverTime: new Date(time).toISOString(),
        students: [{ studentId: "carl", questionsAnswered: answered }],
        questions: [],
      });
      await settle();
    },
    tell(seq, questionsAnswered, at = time) {
      feed.receive("student_status_update", { seq, serverTime: new Date(at).toISOString(), students: [{ studentId: "carl", questionsAnswered }] });
    },
    answered: () => heard.board.rows.carl.questionsAnswered,
  };
}

async function joined(seq = 5) {
  const world = setUp();
  world.feed.connected();
  await world.pass(0);
  await world.answer(seq);
  return world;
}

test("begins with a snapshot, and folds in what follows without asking again", async () => {
  const world = await joined();
  world.tell(6, 1);
  world.tell(7, 2);
  await world.pass(5000);
  assert.equal(world.answered(), 2);
  assert.equal(world.asked.length, 1);
});

test("a gap that closes within 300 ms needs no snapshot, and keeps the order", async () => {
  const world = await joined();
  await world.pass(2000);
  world.tell(7, 2);
  assert.equal(world.answered(), 0);
  await world.pass(200);
  world.tell(6, 1);
  assert.equal(world.answered(), 2);
  await world.pass(2000);
  assert.equal(world.asked.length, 1);
});

test("a gap that stays is filled by a snapshot after 300 ms", async () => {
  const world = await joined();
  await world.pass(2000);
  world.tell(8, 3);
  await world.pass(299);
  assert.equal(world.asked.length, 1);
  await world.pass(1);
  assert.equal(world.asked.length, 2);
  await world.answer(8, 3);
  assert.equal(world.answered(), 3);
});

test("what arrives while the snapshot is on its way is folded onto it", async () => {
  const world = await joined();
  await world.pass(2000);
  world.tell(8, 3);
  await world.pass(300);
  world.tell(9, 4);
  await world.answer(8, 3);
  assert.equal(world.answered(), 4);
  await world.pass(5000);
  assert.equal(world.asked.length, 2);
});

test("an event without a number counts, and asks for a snapshot", async () => {
  const world = await joined();
  await world.pass(2000);
  world.tell(null, 9);
  assert.equal(world.answered(), 9);
  await world.pass(300);
  assert.equal(world.asked.length, 2);
});

test("one request at a time, and a second between two", async () => {
  const world = await joined();
  for (let seq = 100; seq < 120; seq += 2) world.tell(seq, seq);
  await world.pass(300);
  assert.equal(world.asked.length, 1);
  await world.pass(700);
  assert.equal(world.asked.length, 2);
  for (let seq = 120; seq < 140; seq += 2) world.tell(seq, seq);
  await world.pass(5000);
  assert.equal(world.asked.length, 2, "the first has not been answered");
});

test("an old number is dropped; one that was sent after all we know means that the counter began anew", async () => {
  const world = await joined(50);
  await world.pass(2000);
  world.tell(50, 7, T0 - 1000);
  await world.pass(300);
  assert.equal(world.asked.length, 1);
  assert.equal(world.answered(), 0);
  world.tell(1, 8);
  await world.pass(300);
  assert.equal(world.asked.length, 2);
  await world.answer(1, 8);
  world.tell(2, 9);
  assert.equal(world.answered(), 9);
});

test("when no snapshot comes, what is known is shown, and it asks again", async () => {
  const world = await joined();
  await world.pass(2000);
  world.tell(8, 3);
  await world.pass(300);
  world.asked[1].reject(Object.assign(new Error("no answer"), { code: "timeout" }));
  await settle();
  assert.equal(world.answered(), 3);
  await world.pass(1000);
  assert.equal(world.asked.length, 3);
});

test("a reconnect fetches a snapshot; offline it asks nothing", async () => {
  const world = await joined();
  world.feed.disconnected();
  world.feed.refresh();
  await world.pass(5000);
  assert.equal(world.asked.length, 1);
  world.feed.connected();
  await world.pass(0);
  assert.equal(world.asked.length, 2);
});

test("who may not watch is told so, and not asked for again", async () => {
  const world = setUp();
  world.feed.connected();
  await world.pass(0);
  world.asked[0].reject(Object.assign(new Error("no"), { code: "not_found" }));
  await settle();
  assert.equal(world.heard.refused.code, "not_found");
  await world.pass(60000);
  assert.equal(world.asked.length, 1);
});

test("counts by question that are behind are put right ten seconds after the last snapshot", async () => {
  const world = await joined();
  world.feed.receive("student_status_update", {
    seq: 6,
    serverTime: new Date(T0).toISOString(),
    students: [{ studentId: "carl", attemptId: "a", questionsAnswered: 3, answered: { 7: true, 8: false } }],
  });
  await world.pass(9999);
  assert.equal(world.asked.length, 1);
  await world.pass(1);
  assert.equal(world.asked.length, 2);
});
