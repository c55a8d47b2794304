// Seconds spent on each question while the page was visible. Pure: the time in ms is an argument.

export class TimeSpent {
  constructor() {
    this.total = new Map();
    this.current = null;
    this.since = null;
  }

  /** Continues from the time counted before a reload or on another device. */
  startFrom(questionId, seconds) {
    const ms = (seconds ?? 0) * 1000;
    if (ms > (this.total.get(questionId) ?? 0)) this.total.set(questionId, ms);
  }

  show(questionId, now) {
    this.hide(now);
    this.current = questionId;
    this.since = now;
  }

  hide(now) {
    if (this.since !== null) this.total.set(this.current, (this.total.get(this.current) ?? 0) + Math.max(0, now - this.since));
    this.since = null;
  }

  resume(now) {
    if (this.current !== null && this.since === null) this.since = now;
  }

  seconds(questionId, now) {
    const running = this.current === questionId && this.since !== null ? Math.max(0, now - this.since) : 0;
    return Math.round(((this.total.get(questionId) ?? 0) + running) / 1000);
  }
}
