// The queue of answer changes that the server has not acknowledged. Logic only: storage, transport and timers are
// injected.
//
// 1. Every change is stored before it is sent, under its own `changeId`.
// 2. A change that was never sent is replaced by the next one for the same question. One that was sent may have
//    reached the server, so it stays, with its id, until the server acknowledges or refuses it. So a question has at
//    most two entries: one that was sent, and the latest.
// 3. One request at a time, with the oldest entry of each question. The next entry takes its base version from the
//    reply, so it does not conflict with its predecessor.
// 4. A refused change stays on the page and in the storage, and is not sent again.

import { groupsBySize, plainChange } from "./changes.js";

const MAX_BATCH = 50;
const MAX_BYTES = 1000000; // the server takes 2 MB; the longest essay has 800 kB

export class AnswerQueue {
  /**
   * `storage`: {all(), put(entry, replacedId), remove(ids)}, each a promise.
   * `send(changes)`: resolves with a SaveReply; rejects with an ApiError.
   * `schedule`: a Schedule that decides when to flush. `stamp()`: {clientTime, made}, the time of a change. `onReply(reply)`, `onProblem(error)` and `onChange()` notify the page.
   */
  constructor({ storage, send, schedule, newId, stamp, onReply, onProblem, onChange }) {
    Object.assign(this, { storage, send, schedule, newId, stamp, onReply, onProblem, onChange });
    this.entries = [];
    this.order = 0;
    this.flushing = null;
    this.stopped = false;
    schedule.run = () => this.flush();
  }

  /** Loads the changes stored before a reload. They may have been sent, so none of them is replaced. */
  async restore() {
    const stored = await this.storage.all();
    stored.sort((a, b) => a.order - b.order);
    const known = new Set(this.entries.map((entry) => entry.changeId));
    const old = stored.filter((entry) => !known.has(entry.changeId)).map((entry) => ({ ...entry, sent: true }));
    this.entries = [...old, ...this.entries];
    this.order = Math.max(this.order, ...this.entries.map((entry) => entry.order));
    this.onChange();
    if (this.pending.length) this.schedule.soon(0);
  }

  /** The unacknowledged entries without the refused ones. */
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
    this.store({ ...change, ...this.stamp() });
    if (delay > 0) this.schedule.later(delay);
    else this.schedule.soon(0);
  }

  /** Stores a change of a refused answer (its flag) without sending it, with the reason. */
  addInvalid(change, refused) {
    this.store({ ...change, ...this.stamp(), refused });
  }

  store(change) {
    const old = this.entries.filter((entry) => entry.questionId === change.questionId && replaces(change, entry));
    const entry = { ...change, changeId: this.newId(), order: ++this.order, sent: false };
    this.entries = this.entries.filter((other) => !old.includes(other)).concat(entry);
    this.storage.put(entry, old.map((other) => other.changeId));
    this.onChange();
  }

  /** Sends until the queue is empty or a request fails. Concurrent calls share one run. */
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
      const batch = firstThatFit(firstOfEach(this.pending).slice(0, this.single ? 1 : MAX_BATCH));
      for (const entry of batch) entry.sent = true;
      this.onChange();
      try {
        const reply = await this.send(batch.map(plainChange));
        this.schedule.succeeded();
        const resolved = this.applyReply(reply, batch);
        if (!resolved) return this.schedule.afterFailure();
        if (this.schedule.planned) return undefined; // the student is typing: the rest is sent after a pause
      } catch (error) {
        if (!this.failed(error, batch)) return undefined;
      }
    }
    return undefined;
  }

  /** Applies the outcome of each change. Returns how many changes of the batch have one. */
  applyReply(reply, batch = this.pending) {
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

  /** True when the next request can follow at once. */
  failed(error, batch) {
    const badContent = error.status === 422 || error.status === 413 || BAD_CONTENT.has(error.code);
    if (badContent && batch.length > 1) {
      this.single = true; // find the change that makes the request fail
      return true;
    }
    if (badContent) {
      this.single = false;
      this.refuse(batch[0], error);
      this.onReply({ rejected: [{ ...batch[0], code: error.code, message: error.message }] }, batch);
      return true;
    }
    if (error.code === "attempt_expired") {
      this.drop((entry) => batch.includes(entry)); // the server has stored them as late answers
      this.onProblem(error, batch);
      return true;
    }
    this.onProblem(error, batch);
    if (this.pending.length) this.schedule.afterFailure();
    return false;
  }

  /** Sends everything at once, also what waits for a pause in typing. True when nothing is left. */
  async drain() {
    for (let rounds = 0; this.pending.length && rounds < 4; rounds++) {
      const failures = this.schedule.failures;
      this.schedule.clear();
      await this.flush();
      if (this.schedule.failures > failures) break;
    }
    return this.pending.length === 0;
  }

  /** All pending changes, for the last request of a page that is closed, or for a file. */
  changesForUnload() {
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

  /** The attempt was reopened: sends again. */
  resume() {
    this.stopped = false;
    if (this.pending.length) this.schedule.soon(0);
  }

  /** The attempt is over: stops sending. Entries stay stored unless the server has them all (`forget`). */
  stop({ forget = false } = {}) {
    this.stopped = true;
    this.schedule.clear();
    if (forget) this.drop(() => true);
  }
}

const BAD_CONTENT = new Set(["invalid_input", "malformed_request", "payload_too_large"]);

/** A new change replaces an unsent one; but while it is invalid, the last valid one is still sent. */
function replaces(change, entry) {
  if (entry.refused) return true;
  return !entry.sent && !change.refused;
}

function firstThatFit(entries) {
  return entries.slice(0, groupsBySize(entries, MAX_BYTES)[0].length);
}

function firstOfEach(entries) {
  const first = new Map();
  for (const entry of entries) if (!first.has(entry.questionId)) first.set(entry.questionId, entry);
  return [...first.values()];
}
