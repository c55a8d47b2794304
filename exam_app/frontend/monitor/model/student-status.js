// A student's current status, and whether a proctor should look. Pure: the server's time is an argument.
import { clockTime } from "../../lib/format.js";
import { stopwatch } from "./format.js";

const NOT_SAVING_AFTER_MS = 15_000;
const SUBMITTED = new Set(["submitted", "expired", "graded"]);

export const isDone = (row) => SUBMITTED.has(row.status);
// Closed by the deadline, which is then the recorded end: more time may reopen the attempt.
export const hasExpired = (row) => isDone(row) && row.submittedAt === row.expiresAt && row.submittedAt !== null;
export const isWorking = (row) => row.status === "in_progress" || row.status === "paused";

// The current issues of a working student, most severe first: [{kind, since}] with kind offline | not_saving | away.
export function issuesOf(row, now) {
  if (row.status !== "in_progress") return [];
  const found = [];
  if (!row.connected) found.push({ kind: "offline", since: parse(row.lastSeen) });
  const unsavedSince = parse(row.notSavingSince);
  if (row.pending > 0 && unsavedSince !== null && now - unsavedSince >= NOT_SAVING_AFTER_MS) {
    found.push({ kind: "not_saving", since: unsavedSince });
  }
  if (row.connected && (row.visible === false || row.awaySince)) {
    found.push({ kind: "away", since: parse(row.awaySince) });
  }
  return found;
}

// An open help request, an open alert, or an issue of the page.
export function needsAttention(row, now) {
  return row.requests > 0 || row.alerts > 0 || issuesOf(row, now).length > 0;
}

// A student is behind when the progress is this far below the mean; so early in the exam nobody is.
const BEHIND_BY = 0.2;

// The share of answered questions below which a working student is behind.
export function behindBelow(rows) {
  const shares = rows.filter((row) => isWorking(row) && row.totalQuestions).map(shareOf);
  return shares.length ? shares.reduce((sum, share) => sum + share, 0) / shares.length - BEHIND_BY : 0;
}

export const shareOf = (row) => row.questionsAnswered / row.totalQuestions;

// Extra time for all can be scaled only if some students have more or less time than others.
export const hasAccommodations = (rows) => rows.some((row) => row.multiplier !== 1);

// The remaining time in ms, which does not change while an attempt is paused. Null without a deadline.
export function timeLeftOf(row, now) {
  if (!row.expiresAt) return null;
  const paused = row.status === "paused" ? parse(row.pausedAt) : null;
  return Date.parse(row.expiresAt) - (paused ?? now);
}

const ISSUES = { offline: "offline", not_saving: "not saving", away: "left the page" };

// The text of the status column: `left the page 0:48`, `answering`, `handed in 11:02`.
export function statusText(row, now) {
  const text = plainStatusText(row, now);
  return row.requests > 0 ? `asks for help, ${text}` : text;
}

function plainStatusText(row, now) {
  const issues = issuesOf(row, now);
  if (issues.length) {
    return issues
      .map(({ kind, since }) => (since === null ? ISSUES[kind] : `${ISSUES[kind]} ${stopwatch(now - since)}`))
      .join(", ");
  }
  if (isDone(row)) return row.submittedAt ? `handed in ${clockTime(row.submittedAt)}` : "handed in";
  if (row.status === "cancelled") return "cancelled";
  if (row.status === "paused") {
    const since = parse(row.pausedAt);
    const text = since === null ? "paused" : `paused ${stopwatch(now - since)}`;
    return row.connected ? text : `${text}, offline`;
  }
  if (row.status === "in_progress") return "answering";
  return row.connected ? "connected, not started" : "absent";
}

// The icon beside the text, so that colour is never the only sign: offline | not_saving | help | away | paused | done | working | absent.
export function iconOf(row, now) {
  const [first] = issuesOf(row, now);
  if (first && first.kind !== "away") return first.kind;
  if (row.requests > 0) return "help";
  if (first) return first.kind;
  if (isDone(row)) return "done";
  if (row.status === "paused") return "paused";
  return isWorking(row) && row.connected ? "working" : "absent";
}

// The counts of the header.
export function countRows(rows, now) {
  const counts = { enrolled: rows.length, connected: 0, working: 0, paused: 0, offline: 0, notSaving: 0, away: 0, done: 0, absent: 0 };
  for (const row of rows) {
    if (row.connected) counts.connected += 1;
    if (isWorking(row)) counts.working += 1;
    if (row.status === "paused") counts.paused += 1;
    if (isDone(row)) counts.done += 1;
    if (!row.attemptId && !row.connected) counts.absent += 1;
    const kinds = issuesOf(row, now).map((issue) => issue.kind);
    if (kinds.includes("offline")) counts.offline += 1;
    if (kinds.includes("not_saving")) counts.notSaving += 1;
    if (kinds.includes("away")) counts.away += 1;
  }
  return counts;
}

function parse(moment) {
  return moment ? Date.parse(moment) : null;
}
