// The queue of answers that the server has not acknowledged. Logic only: where it is kept, how it is
// sent and the passing of time are given from outside.
//
// 1. Every change goes into the storage before it is sent, under its own `changeId`.
// 2. A change that was never sent is replaced by the next one for the same question; one that was sent
//    may have reached the server, so it stays, with its id, until the server has said what became of it.
//    So a question has at most two entries: one that was sent, and the latest.
// 3. One call at a time, with the oldest entry of each question. The next entry learns the new version
//    from the reply, and is therefore no conflict with its own forerunner.
// 4. What was refused stays in the page and the storage, and is not sent again.

import { plainChange } from "./changes.js";

const MAX_BATCH = 50;

export class AnswerQueue {
  /**
   * `storage`: {all(), put(entry, replacedId), remove(ids)}, each a promise.
   * `send(changes)`: resolves with a SaveReply; rejects with an ApiError.
   * `schedule`: a Schedule that says when to flush. `onReply(reply)`, `onProblem(error)`, `onChange()` tell the page.
   */
  constructor({ storage, send, schedule, newId, now, onReply, onProblem, onChange }) {
    Object.assign(this, { storage, send, schedule, newId, now, onReply, onProblem, onChange });
    this.entries = [];
    this.order = 0;
    this.flushing = null;
    this.stopped = false;
    schedule.run = () => this.flush();
  }

  /** Takes up what an earlier life of the page left. It may have been sent: none of it is replaced. */
  async restore() {
    const kept = await this.storage.all();
    kept.sort((a, b) => a.order - b.order);
    const known = new Set(this.entries.map((entry) => entry.changeId));
    const old = kept.filter((entry) => !known.has(entry.changeId)).map((entry) => ({ ...entry, sent: true }));
    this.entries = [...old, ...this.entries];
    this.order = Math.max(this.order, ...this.entries.map((entry) => entry.order));
    this.onChange();
    if (this.pending.length) this.schedule.soon(0);
  }

  /** What waits for the server; refused entries do not count. */
  get pending() {
    return this.entries.filter((entry) => !entry.refused);
  }

  latest(questionId) {
    for (let i = this.entries.length - 1; i >= 0; i--) {
      if (this.entries[i].questionId === questionId) return this.entries[i];
    }
    return null;
  }

  /** `change`: {questionId, response, flagged, timeSpent, baseVersion}; sent after `delay` ms. */
  add(change, delay = 0) {
    this.keep({ ...change, clientTime: this.now() });
    if (delay > 0) this.schedule.later(delay);
    else this.schedule.soon(0);
  }

  /** Keeps what cannot be sent as it is (not a number yet) in the page and the storage, with the reason. */
  hold(change, refused) {
    this.keep({ ...change, clientTime: this.now(), refused });
  }

  /** Forgets a refused entry, for instance when its question got another answer. */
  release(questionId) {
    this.drop((entry) => entry.questionId === questionId && entry.refused);
  }

  keep(change) {
    const old = this.entries.filter((entry) => entry.questionId === change.questionId && replaces(change, entry));
    const entry = { ...change, changeId: this.newId(), order: ++this.order, sent: false };
    this.entries = this.entries.filter((other) => !old.includes(other)).concat(entry);
    this.storage.put(entry, old.map((other) => other.changeId));
    this.onChange();
  }

  /** Sends until nothing is left or a call fails. Calls at the same time share one run. */
  flush() {
    if (this.stopped) return Promise.resolve();
    this.flushing ??= this.run().finally(() => {
      this.flushing = null;
      this.onChange();
    });
    return this.flushing;
  }

  async run() {
    this.schedule.clear();
    while (this.pending.length && !this.stopped) {
      const batch = firstOfEach(this.pending).slice(0, this.single ? 1 : MAX_BATCH);
      for (const entry of batch) entry.sent = true;
      this.onChange();
      try {
        const reply = await this.send(batch.map(plainChange));
        this.schedule.succeeded();
        const settled = this.settle(reply, batch);
        if (!settled) return this.schedule.afterFailure();
        if (this.schedule.planned) return undefined; // somebody is typing: the rest has its own time
      } catch (error) {
        if (!this.failed(error, batch)) return undefined;
      }
    }
    return undefined;
  }

  /** What the server said of each change. Returns how many it spoke of. */
  settle(reply, batch = this.pending) {
    const done = new Set();
    const versions = new Map();
    for (const item of [...(reply.conflicts ?? []), ...(reply.saved ?? [])]) {
      done.add(item.changeId);
      if (item.resolution !== "server") versions.set(item.questionId, item.version);
    }
    const refusals = new Map((reply.rejected ?? []).map((item) => [item.changeId, item]));
    for (const entry of this.entries) {
      if (refusals.has(entry.changeId)) this.refuse(entry, refusals.get(entry.changeId));
      const version = versions.get(entry.questionId);
      if (version > entry.baseVersion && !done.has(entry.changeId)) {
        entry.baseVersion = version;
        this.storage.put({ ...entry }, []);
      }
    }
    this.drop((entry) => done.has(entry.changeId));
    this.onReply(reply, batch);
    return batch.filter((entry) => done.has(entry.changeId) || refusals.has(entry.changeId)).length;
  }

  refuse(entry, { code, message }) {
    const newer = this.latest(entry.questionId) !== entry;
    if (newer) return this.drop((other) => other === entry);
    entry.refused = { code, message };
    return this.storage.put({ ...entry }, []);
  }

  /** True when it is worth going on at once. */
  failed(error, batch) {
    const tooMuch = error.status === 422 || error.status === 413 || BAD_CONTENT.has(error.code);
    if (tooMuch && batch.length > 1) {
      this.single = true; // find the one that spoils the others
      return true;
    }
    if (tooMuch) {
      this.single = false;
      this.refuse(batch[0], error);
      this.onReply({ rejected: [{ ...batch[0], code: error.code, message: error.message }] }, batch);
      return true;
    }
    if (error.code === "attempt_expired") {
      this.drop((entry) => batch.includes(entry)); // kept there as late answers
      this.onProblem(error, batch);
      return true;
    }
    this.onProblem(error, batch);
    if (this.pending.length) this.schedule.afterFailure();
    return false;
  }

  /** Sends all there is, also what waits for a pause in typing. True when nothing is left. */
  async drain() {
    for (let rounds = 0; this.pending.length && rounds < 4; rounds++) {
      const failures = this.schedule.failures;
      this.schedule.clear();
      await this.flush();
      if (this.schedule.failures > failures) break;
    }
    return this.pending.length === 0;
  }

  /** Everything that waits, for a last message of a page that goes away, or for a file; nothing is awaited. */
  parting() {
    const seen = new Map();
    const changes = this.pending.map((entry) => {
      const before = seen.get(entry.questionId);
      const baseVersion = before === undefined ? entry.baseVersion : Math.max(entry.baseVersion, before + 1);
      seen.set(entry.questionId, baseVersion);
      entry.sent = true;
      return { ...plainChange(entry), baseVersion };
    });
    return changes;
  }

  drop(which) {
    const gone = this.entries.filter(which);
    if (!gone.length) return;
    this.entries = this.entries.filter((entry) => !gone.includes(entry));
    this.storage.remove(gone.map((entry) => entry.changeId));
    this.onChange();
  }

  /** The attempt is over: nothing is sent any more. Entries stay unless the server has them all. */
  stop({ forget = false } = {}) {
    this.stopped = true;
    this.schedule.clear();
    if (forget) this.drop(() => true);
  }
}

const BAD_CONTENT = new Set(["invalid_input", "malformed_request", "payload_too_large"]);

/** A new change makes an unsent one needless; while it is only held, the last good one is still sent. */
function replaces(change, entry) {
  if (entry.refused) return true;
  return !entry.sent && !change.refused;
}

function firstOfEach(entries) {
  const first = new Map();
  for (const entry of entries) if (!first.has(entry.questionId)) first.set(entry.questionId, entry);
  return [...first.values()];
}
