// When the queue is flushed: soon after a change, and with growing delays while the server does not answer.
import { elapsed } from "../../lib/clock.js";

const RETRY_MAX_MS = 30000;
const LONGEST_WAIT_MS = 5000; // even while the student types without a pause

export class Schedule {
  constructor({ retryMs = 5000, setTimer = (run, ms) => setTimeout(run, ms), clearTimer = (id) => clearTimeout(id), now = elapsed, random = Math.random } = {}) {
    Object.assign(this, { retryMs, setTimer, clearTimer, now, random });
    this.run = () => {};
    this.timer = null;
    this.due = Infinity;
    this.firstWait = null;
    this.failures = 0;
  }

  /** In `ms` at the latest; an earlier timer stays. */
  soon(ms) {
    this.plan(this.now() + ms, false);
  }

  /** Debounced: each call restarts the wait of `ms`, up to a limit. */
  later(ms) {
    const now = this.now();
    if (this.timer !== null && this.firstWait === null) return; // an earlier flush is already planned
    this.firstWait ??= now;
    this.plan(Math.min(now + ms, this.firstWait + LONGEST_WAIT_MS), true);
  }

  get planned() {
    return this.timer !== null;
  }

  afterFailure() {
    const wait = Math.min(this.retryMs * 1.5 ** this.failures, Math.max(RETRY_MAX_MS, this.retryMs));
    this.failures += 1;
    this.soon(wait * (0.75 + this.random() / 2));
  }

  succeeded() {
    this.failures = 0;
  }

  plan(due, replace) {
    if (this.timer !== null && !replace && due >= this.due) return;
    if (this.timer !== null) this.clearTimer(this.timer);
    if (!replace) this.firstWait = null;
    this.due = due;
    this.timer = this.setTimer(() => {
      this.clear();
      this.run();
    }, Math.max(0, due - this.now()));
  }

  clear() {
    if (this.timer !== null) this.clearTimer(this.timer);
    this.timer = null;
    this.due = Infinity;
    this.firstWait = null;
  }
}
