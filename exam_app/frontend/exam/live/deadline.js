// The end of the time. The page locks at the deadline by the server's clock, sends what it has, and asks
// the server what became of the attempt; the server alone decides.
import { JumpDetector } from "../../lib/clock.js";
import { addedTimeText, durationText, plural } from "../../lib/format.js";
import { countOf, isAway, lockedWords } from "../model/save-state.js";
import { beat } from "./heartbeat.js";
import { announce, notify } from "./notices.js";

const POLL_MS = [0, 1000, 2000, 4000, 8000];
const POLL_MAX_MS = 15000;

export function watchDeadline(exam) {
  exam.warned = new Set();
  exam.jumps = new JumpDetector(Date.now(), performance.now());
  const step = () => {
    const left = tick(exam);
    // Near the end of a second, and exactly at the deadline.
    const wait = left === null || left <= 0 ? 1000 : Math.min((left % 1000) + 5, 1000);
    exam.tickTimer = setTimeout(step, Math.max(50, wait));
  };
  step();
  document.addEventListener("visibilitychange", () => tick(exam));
}

export function retick(exam) {
  tick(exam);
}

function tick(exam) {
  if (exam.jumps.jumped(Date.now(), performance.now()) && exam.clock.known) {
    exam.clock.reset();
    beat(exam);
  }
  const { attempt, phase, locked, paused, closed } = exam.store.get();
  if (!attempt?.expiresAt || phase !== "exam" || closed) return null;
  if (paused) {
    if (exam.ticker.get().left === null) exam.ticker.set({ left: attempt.timeRemaining * 1000 });
    return exam.ticker.get().left;
  }
  const left = exam.clock.until(attempt.expiresAt);
  exam.ticker.set({ left: Math.max(0, left) });
  if (left <= 0 && !locked) lock(exam);
  else if (left > 0) warnLocally(exam, left, attempt);
  return left;
}

/** The same warnings when the server's event does not come through. */
function warnLocally(exam, left, attempt) {
  for (const minutes of attempt.settings?.warningMinutes ?? [5, 1]) {
    const edge = minutes * 60000;
    if (left <= edge && left > edge - 5000) warnOnce(exam, minutes, attempt.expiresAt);
  }
}

export function warnOnce(exam, minutes, expiresAt) {
  const key = `${minutes} before ${expiresAt}`;
  if (exam.warned.has(key)) return;
  exam.warned.add(key);
  announce(exam, `${plural(minutes, "minute")} left.`);
}

export function tellTime(exam) {
  const { left } = exam.ticker.get();
  const { paused, attempt } = exam.store.get();
  if (paused) announce(exam, "Paused. The clock stands still.");
  else announce(exam, attempt?.expiresAt && left !== null ? `Time left: ${durationText(left)}.` : "There is no time limit.");
}

/** A new deadline, in words. Unlocks a page that had locked at the old one. */
export function deadlineMoved(exam, { expiresAt, before, secondsAdded, reason }) {
  exam.store.set((state) => ({ ...state, attempt: state.attempt && { ...state.attempt, expiresAt } }));
  const seconds = secondsAdded ?? (before ? Math.round((Date.parse(expiresAt) - Date.parse(before)) / 1000) : 0);
  const left = exam.clock.until(expiresAt);
  if (left > 0 && exam.store.get().locked) {
    clearTimeout(exam.pollTimer);
    exam.store.set({ locked: false });
  }
  tick(exam);
  beat(exam); // the people who watch see that it has arrived
  if (!seconds) return;
  const words = `You have ${addedTimeText(seconds)}`;
  notify(exam, { kind: seconds > 0 ? "info" : "warn", title: reason ? `${words}: ${reason}` : `${words}.`, text: `Time left now: ${durationText(left)}.` });
}

function lock(exam) {
  exam.store.set({ locked: true, helpOpen: false });
  const state = exam.store.get();
  announce(exam, `Time is up. ${lockedWords({ away: isAway(state), ...countOf(state.entries) })}`);
  exam.queue?.drain();
  const grace = (exam.store.get().attempt.graceSeconds ?? 2) * 1000 + 1000;
  poll(exam, 0, grace);
}

function poll(exam, round, wait) {
  clearTimeout(exam.pollTimer);
  exam.pollTimer = setTimeout(() => {
    const { locked, closed } = exam.store.get();
    if (!locked || closed) return;
    exam.comeBack(1);
    const next = POLL_MS[round + 1] ?? POLL_MAX_MS;
    poll(exam, round + 1, next * (0.75 + Math.random() / 2));
  }, wait);
}
