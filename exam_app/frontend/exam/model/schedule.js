// When the queue is sent: soon after a change, and again and again while the server does not answer.

const RETRY_MAX_MS = 30000;
const LONGEST_WAIT_MS = 5000; // who types without a pause is saved all the same

export class Schedule {
  constructor({ retryMs = 5000, setTimer = (run, ms) => setTimeout(run, ms), clearTimer = (id) => clearTimeout(id), now = Date.now, random = Math.random } = {}) {
    Object.assign(this, { retryMs, setTimer, clearTimer, now, random });
    this.run = () => {};
    this.timer = null;
    this.due = Infinity;
    this.firstWait = null;
    this.failures = 0;
  }

  /** At the latest in `ms`; an earlier plan stays. */
  soon(ms) {
    this.plan(this.now() + ms, false);
  }

  /** After `ms` of quiet: each call starts the wait anew, up to a limit. */
  later(ms) {
    const now = this.now();
    if (this.timer !== null && this.firstWait === null) return; // something nearer is planned
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
