// The deadline. At the deadline by the server's clock the page locks, sends pending answers and polls the attempt's
// state; only the server closes an attempt.
import { watchJumps } from "../../lib/clock.js";
import { isolated } from "../../lib/direction.js";
import { addedTimeText, durationText, plural } from "../../lib/format.js";
import { countOf, isOffline, lockedText } from "../model/save-state.js";
import { sendHeartbeat } from "./heartbeat.js";
import { announce, notify } from "./notices.js";

const POLL_MS = [0, 1000, 2000, 4000, 8000];
const POLL_MAX_MS = 15000;
const UNLOCK_MS = 1500; // more than the displayed time is slewed at the deadline

export function watchDeadline(exam) {
  exam.warned = new Set();
  watchJumps(() => {
    exam.clock.reset();
    if (exam.socket.connected) sendHeartbeat(exam);
    else if (exam.attemptId) exam.resync(200);
  });
  const step = () => {
    const left = tick(exam);
    // At each full second of the remaining time, and exactly at the deadline.
    const wait = left === null || left <= 0 ? 1000 : Math.min((left % 1000) + 5, 1000);
    exam.tickTimer = setTimeout(step, Math.max(50, wait));
  };
  step();
  document.addEventListener("visibilitychange", () => tick(exam));
}

export function updateTimer(exam) {
  tick(exam);
}

function tick(exam) {
  const { attempt, phase, locked, paused, closed } = exam.store.get();
  if (!attempt?.expiresAt || phase !== "exam" || closed) return null;
  if (paused) {
    if (exam.ticker.get().left === null) exam.ticker.set({ left: attempt.timeRemaining * 1000, confirmed: true });
    return exam.ticker.get().left;
  }
  const { confirmed } = exam.clock;
  const left = exam.clock.until(attempt.expiresAt);
  exam.ticker.set({ left: Math.max(0, left), confirmed });
  // Only by the server's time: a page that was reloaded without a connection goes by a clock that may have been set.
  const isUp = confirmed ? left <= 0 : exam.wasLocked;
  if (isUp && !locked) lock(exam);
  else if (left > 0 && confirmed) warnLocally(exam, left, attempt);
  if (locked && confirmed && left > UNLOCK_MS) unlock(exam);
  return left;
}

/** The same warnings, in case the server's event is lost. */
function warnLocally(exam, left, attempt) {
  for (const minutes of attempt.settings?.warningMinutes ?? [5, 1]) {
    const threshold = minutes * 60000;
    if (left <= threshold && left > threshold - 5000) warnOnce(exam, minutes, attempt.expiresAt);
  }
}

export function warnOnce(exam, minutes, expiresAt) {
  const key = `${minutes} before ${expiresAt}`;
  if (exam.warned.has(key)) return;
  exam.warned.add(key);
  announce(exam, `${plural(minutes, "minute")} left.`);
}

export function announceTime(exam) {
  const { left } = exam.ticker.get();
  const { paused, attempt } = exam.store.get();
  if (paused) announce(exam, "Paused. The timer is stopped.");
  else announce(exam, attempt?.expiresAt && left !== null ? `Time left: ${durationText(left)}.` : "There is no time limit.");
}

/** Applies a new deadline and announces it. Unlocks a page that was locked at the old one. */
export function applyDeadline(exam, { expiresAt, before, secondsAdded, reason }) {
  exam.store.set((state) => ({ ...state, attempt: state.attempt && { ...state.attempt, expiresAt } }));
  const seconds = secondsAdded ?? (before ? Math.round((Date.parse(expiresAt) - Date.parse(before)) / 1000) : 0);
  const left = exam.clock.until(expiresAt);
  if (left > 0 && exam.store.get().locked) unlock(exam);
  tick(exam);
  sendHeartbeat(exam); // confirms to the proctors that the page has the new deadline
  if (!seconds) return;
  const text = `You have ${addedTimeText(seconds)}`;
  notify(exam, { kind: seconds > 0 ? "info" : "warn", title: reason ? `${text}: ${isolated(reason)}` : `${text}.`, text: `Time left now: ${durationText(left)}.` });
}

function lock(exam) {
  exam.store.set({ locked: true, helpOpen: false });
  const state = exam.store.get();
  announce(exam, `Time is up. ${lockedText({ offline: isOffline(state), ...countOf(state.entries) })}`);
  exam.queue?.drain();
  const grace = (exam.store.get().attempt.graceSeconds ?? 2) * 1000 + 1000;
  poll(exam, 0, grace);
}

/** The time is not up, after all: there is a later deadline, or a better estimate of the server's time. */
function unlock(exam) {
  clearTimeout(exam.pollTimer);
  exam.store.set({ locked: false });
  announce(exam, "The time is not up: you can go on.");
}

function poll(exam, round, wait) {
  clearTimeout(exam.pollTimer);
  exam.pollTimer = setTimeout(() => {
    const { locked, closed } = exam.store.get();
    if (!locked || closed) return;
    exam.resync(1);
    const next = POLL_MS[round + 1] ?? POLL_MAX_MS;
    poll(exam, round + 1, next * (0.75 + Math.random() / 2));
  }, wait);
}
