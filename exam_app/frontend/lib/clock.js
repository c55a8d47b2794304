// Time in the browser. The only module that reads the device's clocks.
//
// The time of day of a device can be set, by hand or by the network, while a page is open. So whatever is measured as
// "how long" or "how old" uses `elapsed`, which cannot be set, and the time of day comes from the server.

const MAX_SAMPLES = 8;
const SLEW = 0.1; // at most 100 ms of correction for each second that passes

/** Milliseconds on a clock that cannot be set. It may stand still while the device sleeps. */
export function elapsed() {
  return performance.now();
}

/** The device's time of day, in ms since the epoch. It can be set at any time: never compare two of them. */
export function timeOfDay() {
  return Date.now();
}

const start = timeOfDay() - elapsed();

/** The time of day that the device had when the page was loaded, moved on by the clock that cannot be set. */
export function pageTime() {
  return start + elapsed();
}

/**
 * Estimates the server's clock from round trips, by `elapsed`. Pure: every method takes that time as an argument.
 *
 * The offset comes from the fastest of the last samples: the slower a round trip, the less exact its offset.
 * The displayed time is slewed towards a better estimate and never jumps, except at the first sample and after the
 * device was asleep (`reset`).
 */
export class ServerClock {
  constructor() {
    this.samples = [];
    this.shown = null; // the offset in use, in ms: server = local + shown
    this.target = null; // the latest estimate of it
    this.at = 0;
    this.confirmed = false;
  }

  get known() {
    return this.shown !== null;
  }

  /** `sentAt` and `receivedAt` by `elapsed`, `serverTime` in ms or as ISO string. Impossible samples are ignored. */
  addSample({ sentAt, receivedAt, serverTime }) {
    const server = typeof serverTime === "string" ? Date.parse(serverTime) : serverTime;
    const roundTrip = receivedAt - sentAt;
    if (!Number.isFinite(server) || !(roundTrip >= 0)) return;
    this.samples.push({ roundTrip, offset: server - (sentAt + receivedAt) / 2 });
    if (this.samples.length > MAX_SAMPLES) this.samples.shift();
    const best = this.samples.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a));
    this.slewTo(receivedAt);
    this.target = best.offset;
    if (this.shown === null || !this.confirmed) this.shown = best.offset;
    this.confirmed = true;
    this.at = receivedAt;
  }

  /** The server's time as an earlier page of this device would put it: used until the first sample, and not `confirmed`. */
  startFrom(serverTime, local = elapsed()) {
    if (this.known || !Number.isFinite(serverTime)) return;
    this.shown = this.target = serverTime - local;
    this.at = local;
  }

  /** After the device may have been asleep: the next sample counts at once. */
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

  /** The server's time in ms; the device's own before the first estimate. */
  now(local = elapsed()) {
    if (this.shown === null) return local + (this.target ?? start);
    this.slewTo(local);
    return local + this.shown;
  }

  /** Milliseconds until an ISO time of the server; null without one. */
  until(iso, local = elapsed()) {
    if (!iso) return null;
    return Date.parse(iso) - this.now(local);
  }

  /** By how many ms the server is ahead of a time of day of this device; null before the first estimate. */
  aheadOf(deviceTime, local = elapsed()) {
    return this.target === null ? null : this.target + local - deviceTime;
  }
}

/** Detects that the time of day and the other clock have drifted apart: the clock was set, or the device slept. */
export class JumpDetector {
  constructor(wall = timeOfDay(), monotonic = elapsed()) {
    this.last = wall - monotonic;
  }

  jumped(wall = timeOfDay(), monotonic = elapsed(), tolerance = 1500) {
    const difference = wall - monotonic;
    const jumped = Math.abs(difference - this.last) > tolerance;
    this.last = difference;
    return jumped;
  }
}

/** Calls `onJump` soon after the device's clock was set or the device slept: the server has to be asked for the time. */
export function watchJumps(onJump) {
  const detector = new JumpDetector();
  const look = () => detector.jumped() && onJump();
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
}
