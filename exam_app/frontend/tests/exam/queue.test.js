import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../lib/rest.js";
import { AnswerQueue } from "../../exam/model/queue.js";
import { Schedule } from "../../exam/model/schedule.js";

function memory(entries = []) {
  const map = new Map(entries.map((entry) => [entry.changeId, entry]));
  return {
    map,
    all: async () => [...map.values()],
    put: async (entry, replaced) => {
      for (const id of replaced) map.delete(id);
      map.set(entry.changeId, { ...entry });
    },
    remove: async (ids) => ids.forEach((id) => map.delete(id)),
  };
}

/** A queue with hand-driven time; `answer` decides each call. */
function setUp({ answer, stored = [] } = {}) {
  const calls = [];
  const timers = [];
  let id = 0;
  const schedule = new Schedule({
    setTimer: (run, ms) => timers.push({ run, ms }),
    clearTimer: (n) => (timers[n - 1] = null),
    now: () => 0,
    random: () => 0.5,
  });
  const storage = memory(stored);
  const received = { replies: [], problems: [] };
  const queue = new AnswerQueue({
    storage,
    schedule,
    newId: () => `c${++id}`,
    stamp: () => ({ clientTime: "2026-01-15T10:00:00.000Z" }),
    onReply: (reply) => received.replies.push(reply),
    onProblem: (error) => received.problems.push(error),
    onChange: () => {},
    send: (changes) => {
      calls.push(changes);
      return answer(changes, calls.length);
    },
  });
  return { queue, calls, timers, storage, received, schedule };
}

const change = (questionId, text, baseVersion = 0) => ({ questionId, response: { text }, flagged: false, timeSpent: 1, baseVersion });
const saveAll = (version = 1) => async (changes) => ({
  saved: changes.map(({ changeId, questionId, response }) => ({ changeId, questionId, response, version })),
});

test("an unsent change is replaced by the next one for the same question", async () => {
  const { queue, calls, storage } = setUp({ answer: saveAll() });
  queue.add(change(1, "a"), 1000);
  queue.add(change(1, "ab"), 1000);
  queue.add(change(2, "x"), 1000);
  assert.deepEqual([...storage.map.values()].map((e) => e.response.text), ["ab", "x"]);
  await queue.flush();
  assert.deepEqual(calls.map((batch) => batch.map((c) => c.response.text)), [["ab", "x"]]);
  assert.equal(queue.pending.length, 0);
  assert.equal(storage.map.size, 0);
});

test("a change in flight is never dropped, and the next one waits for its version", async () => {
  let release;
  const gate = new Promise((resolve) => (release = resolve));
  const { queue, calls } = setUp({
    answer: async (changes, n) => {
      if (n === 1) await gate;
      return saveAll(n)(changes);
    },
  });
  queue.add(change(1, "a"));
  const running = queue.flush();
  queue.add(change(1, "ab"), 1000);
  assert.equal(queue.pending.length, 2);
  release();
  await running;
  await queue.drain();
  assert.deepEqual(calls.map((batch) => batch.map((c) => [c.response.text, c.baseVersion])), [[["a", 0]], [["ab", 1]]]);
  assert.equal(queue.pending.length, 0);
});

test("without a reply the same change id is sent again, before later changes", async () => {
  const { queue, calls, timers } = setUp({
    answer: async (changes, n) => {
      if (n === 1) throw new ApiError("timeout", "");
      return saveAll(n)(changes);
    },
  });
  queue.add(change(1, "a"));
  await queue.flush();
  assert.ok(timers.some((timer) => timer?.ms === 5000));
  queue.add(change(1, "ab"));
  await queue.drain();
  assert.deepEqual(calls.map((batch) => batch.map((c) => c.changeId)), [["c1"], ["c1"], ["c2"]]);
});

test("retries wait longer and longer, up to half a minute", async () => {
  const { queue, timers } = setUp({ answer: async () => { throw new ApiError("network", ""); } });
  queue.add(change(1, "a"));
  for (let i = 0; i < 8; i++) await queue.flush();
  const waits = timers.filter(Boolean).map((timer) => timer.ms);
  assert.equal(waits.at(-1), 30000);
});

test("changes stored before a reload are sent, and not replaced", async () => {
  const stored = [{ changeId: "old", ...change(1, "before"), clientTime: "t", order: 3, sent: false }];
  const { queue, calls } = setUp({ answer: saveAll(4), stored });
  await queue.restore();
  queue.add(change(1, "after"));
  await queue.drain();
  assert.deepEqual(calls.map((batch) => batch.map((c) => c.changeId)), [["old"], ["c1"]]);
});

test("a rejected change stays stored with its reason, and the rest is saved", async () => {
  const { queue, storage } = setUp({
    answer: async ([bad, good]) => ({
      saved: [{ ...good, version: 1 }],
      rejected: [{ changeId: bad.changeId, questionId: bad.questionId, code: "invalid_input", message: "Too long." }],
    }),
  });
  queue.add(change(1, "bad"), 10);
  queue.add(change(2, "good"), 10);
  await queue.flush();
  assert.equal(queue.pending.length, 0);
  assert.equal(queue.latest(1).refused.message, "Too long.");
  assert.equal(storage.map.size, 1);
  queue.add(change(1, "better"), 10);
  assert.equal(queue.latest(1).refused, undefined);
});

test("a request refused as a whole is split until the broken change is found", async () => {
  const { queue, calls } = setUp({
    answer: async (changes) => {
      if (changes.some((c) => c.response.text === "bad")) throw new ApiError("invalid_input", "No.", {}, 422);
      return saveAll()(changes);
    },
  });
  queue.add(change(1, "ok"), 10);
  queue.add(change(2, "bad"), 10);
  queue.add(change(3, "fine"), 10);
  await queue.drain();
  assert.equal(queue.pending.length, 0);
  assert.equal(queue.latest(2).refused.code, "invalid_input");
  assert.deepEqual(calls.map((batch) => batch.length), [3, 1, 1, 1]);
});

test("an invalid change is shown and stored, and the last valid one is still sent", async () => {
  const { queue, calls } = setUp({ answer: saveAll() });
  queue.add(change(1, "12"), 1000);
  queue.addInvalid(change(1, "12a"), { code: "not_a_number", message: "Not a number." });
  await queue.drain();
  assert.deepEqual(calls.map((batch) => batch[0].response.text), ["12"]);
  assert.equal(queue.latest(1).response.text, "12a");
});

test("changes sent after the deadline leave the queue, and the page is notified", async () => {
  const { queue, received } = setUp({ answer: async () => { throw new ApiError("attempt_expired", "", {}, 409); } });
  queue.add(change(1, "late"));
  await queue.flush();
  assert.equal(queue.pending.length, 0);
  assert.equal(received.problems[0].code, "attempt_expired");
});

test("when the server wins a conflict, the next change does not get its version", async () => {
  const { queue } = setUp({
    answer: async ([sent]) => {
      queue.add(change(1, "typed meanwhile"), 1000);
      return { saved: [], conflicts: [{ changeId: sent.changeId, questionId: 1, resolution: "server", version: 7, serverValue: { text: "theirs" } }] };
    },
  });
  queue.add(change(1, "mine"), 10);
  await queue.flush();
  assert.equal(queue.pending.length, 1);
  assert.equal(queue.pending[0].baseVersion, 0);
});

test("a page that is closed sends both entries of a question in order", async () => {
  const { queue } = setUp({ answer: () => new Promise(() => {}) });
  queue.add(change(1, "a", 2));
  queue.flush();
  queue.add(change(1, "ab", 2), 1000);
  assert.deepEqual(queue.changesForUnload().map((c) => [c.response.text, c.baseVersion]), [["a", 2], ["ab", 3]]);
});

test("late changes leave the queue, and the rest follows at once", async () => {
  const { queue, calls, storage, received } = setUp({
    answer: async () => {
      throw new ApiError("attempt_expired", "");
    },
    stored: [
      { changeId: "k1", questionId: 1, response: { text: "a" }, baseVersion: 0, order: 1 },
      { changeId: "k2", questionId: 1, response: { text: "ab" }, baseVersion: 0, order: 2 },
    ],
  });
  await queue.restore();
  assert.equal(await queue.drain(), true);
  assert.deepEqual(calls.map((batch) => batch.map((c) => c.changeId)), [["k1"], ["k2"]]);
  assert.equal(storage.map.size, 0);
  assert.deepEqual(received.problems.map((problem) => problem.code), ["attempt_expired", "attempt_expired"]);
});

test("long answers are sent in requests that the server takes", async () => {
  const { queue, calls } = setUp({ answer: saveAll() });
  for (const id of [1, 2, 3]) queue.add(change(id, "ш".repeat(200000)), 1000);
  await queue.flush();
  assert.deepEqual(calls.map((changes) => changes.map((one) => one.questionId)), [[1, 2], [3]]);
});

test("a stopped queue keeps its changes, and sends them once the attempt is reopened", async () => {
  const { queue, calls } = setUp({ answer: async (changes) => ({ saved: changes.map((c) => ({ ...c, version: 1 })) }) });
  queue.stop();
  queue.add(change(1, "a", 0), 1000);
  await queue.flush();
  assert.equal(calls.length, 0);
  queue.resume();
  await queue.flush();
  assert.deepEqual(calls.map((batch) => batch.map((c) => c.questionId)), [[1]]);
  assert.equal(queue.pending.length, 0);
});
