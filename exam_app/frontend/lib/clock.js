// The server's clock, as seen from this device. Pure: every method takes the local time it needs.
//
// A sample is one round trip. The offset comes from the fastest of the last ones, because a slow trip
// says little about when the server looked at its clock. What is shown glides towards a better
// estimate and never jumps, except after this device's own clock was set or slept (`disturbed`).

const KEEP = 8;
const SLEW = 0.1; // at most 100 ms of correction for each second that passes

export class ServerClock {
  constructor() {
    this.samples = [];
    this.shown = null; // the offset in use, in ms: server = local + shown
    this.target = 0;
    this.at = 0;
  }

  get known() {
    return this.shown !== null;
  }

  /** The last estimate of how far the server is ahead, in ms; null before the first. */
  get offset() {
    return this.at ? this.target : null;
  }

  /** All in ms since the epoch; `serverTime` may also be an ISO string. Impossible samples are ignored. */
  addSample({ sentAt, receivedAt, serverTime }) {
    const server = typeof serverTime === "string" ? Date.parse(serverTime) : serverTime;
    const roundTrip = receivedAt - sentAt;
    if (!Number.isFinite(server) || !(roundTrip >= 0)) return;
    this.samples.push({ roundTrip, offset: server - (sentAt + receivedAt) / 2 });
    if (this.samples.length > KEEP) this.samples.shift();
    const best = this.samples.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a));
    this.glideTo(receivedAt);
    this.target = best.offset;
    if (this.shown === null) this.shown = best.offset;
    this.at = receivedAt;
  }

  /** What was measured before a reload, until there is something newer. */
  startFrom(offset, local = Date.now()) {
    if (this.known || !Number.isFinite(offset)) return;
    this.shown = this.target = offset;
    this.at = local;
  }

  /** This device's clock jumped: what was measured before it no longer counts. */
  disturbed() {
    this.samples = [];
    this.shown = null;
  }

  glideTo(local) {
    if (this.shown === null) return;
    const room = Math.max(0, local - this.at) * SLEW;
    const gap = this.target - this.shown;
    this.shown += Math.max(-room, Math.min(room, gap));
    this.at = local;
  }

  /** The server's time in ms, for the local time given. */
  now(local = Date.now()) {
    if (this.shown === null) return local + this.target;
    this.glideTo(local);
    return local + this.shown;
  }

  /** Milliseconds until an ISO time of the server; null without one. */
  until(iso, local = Date.now()) {
    if (!iso) return null;
    return Date.parse(iso) - this.now(local);
  }

  get bestRoundTrip() {
    return this.samples.length ? Math.min(...this.samples.map((s) => s.roundTrip)) : null;
  }
}

/** Tells when the wall clock and the steady clock of this device drift apart: set by hand, or slept. */
export class JumpDetector {
  constructor(wall, steady) {
    this.last = wall - steady;
  }

  jumped(wall, steady, tolerance = 1500) {
    const difference = wall - steady;
    const jumped = Math.abs(difference - this.last) > tolerance;
    this.last = difference;
    return jumped;
  }
}
