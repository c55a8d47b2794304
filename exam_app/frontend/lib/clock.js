// Estimates the server's clock from round trips. Pure: every method takes the local time as an argument.
//
// The offset comes from the fastest of the last samples: the slower a round trip, the less exact its offset.
// The displayed time is slewed towards a better estimate and never jumps, except after this device's own clock
// was set or the device was asleep (`reset`).

const MAX_SAMPLES = 8;
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

  /** How far the server is ahead by the latest estimate, in ms; null before the first one. */
  get offset() {
    return this.at ? this.target : null;
  }

  /** All in ms since the epoch; `serverTime` may also be an ISO string. Impossible samples are ignored. */
  addSample({ sentAt, receivedAt, serverTime }) {
    const server = typeof serverTime === "string" ? Date.parse(serverTime) : serverTime;
    const roundTrip = receivedAt - sentAt;
    if (!Number.isFinite(server) || !(roundTrip >= 0)) return;
    this.samples.push({ roundTrip, offset: server - (sentAt + receivedAt) / 2 });
    if (this.samples.length > MAX_SAMPLES) this.samples.shift();
    const best = this.samples.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a));
    this.slewTo(receivedAt);
    this.target = best.offset;
    if (this.shown === null) this.shown = best.offset;
    this.at = receivedAt;
  }

  /** An offset measured before a reload, used until the first sample. */
  startFrom(offset, local = Date.now()) {
    if (this.known || !Number.isFinite(offset)) return;
    this.shown = this.target = offset;
    this.at = local;
  }

  /** After this device's clock jumped: earlier samples are invalid. */
  reset() {
    this.samples = [];
    this.shown = null;
  }

  slewTo(local) {
    if (this.shown === null) return;
    const room = Math.max(0, local - this.at) * SLEW;
    const gap = this.target - this.shown;
    this.shown += Math.max(-room, Math.min(room, gap));
    this.at = local;
  }

  /** The server's time in ms, for the local time given. */
  now(local = Date.now()) {
    if (this.shown === null) return local + this.target;
    this.slewTo(local);
    return local + this.shown;
  }

  /** Milliseconds until an ISO time of the server; null without one. */
  until(iso, local = Date.now()) {
    if (!iso) return null;
    return Date.parse(iso) - this.now(local);
  }
}

/** Detects that the wall clock and the monotonic clock have drifted apart: the clock was set, or the device slept. */
export class JumpDetector {
  constructor(wall, monotonic) {
    this.last = wall - monotonic;
  }

  jumped(wall, monotonic, tolerance = 1500) {
    const difference = wall - monotonic;
    const jumped = Math.abs(difference - this.last) > tolerance;
    this.last = difference;
    return jumped;
  }
}
