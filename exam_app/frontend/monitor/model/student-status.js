// What a student is doing, in words, and whether a person should look. Pure: the server's time is an argument.
import { clockTime } from "../../lib/format.js";
import { stopwatch } from "./format.js";

export const NOT_SAVING_AFTER_MS = 15_000;
const HANDED_IN = new Set(["submitted", "expired", "graded"]);

export const isDone = (row) => HANDED_IN.has(row.status);
export const isWorking = (row) => row.status === "in_progress" || row.status === "paused";

// What needs a person now, the gravest first: [{kind, since}] with kind offline | not_saving | away.
// Evidence only: what is seen and since when. A student who is done, or has not begun, has no troubles.
export function troublesOf(row, now) {
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

// Somebody asks for help, a rule noticed something, or the page itself is in trouble: a person should look.
export function needsAttention(row, now) {
  return row.requests > 0 || row.alerts > 0 || troublesOf(row, now).length > 0;
}

// How far behind the mean of those who work counts as behind: a fifth of the paper. Early on nobody is behind.
export const BEHIND_BY = 0.2;

export function behindBelow(rows) {
  const shares = rows.filter((row) => isWorking(row) && row.totalQuestions).map(shareOf);
  return shares.length ? shares.reduce((sum, share) => sum + share, 0) / shares.length - BEHIND_BY : 0;
}

export const shareOf = (row) => row.questionsAnswered / row.totalQuestions;

// Time that is given to all can be scaled when somebody has more, or less, of it than others.
export const hasAccommodations = (rows) => rows.some((row) => row.multiplier !== 1);

// What is left in ms; while an attempt is paused its time stands still. Null without a deadline.
export function timeLeftOf(row, now) {
  if (!row.expiresAt) return null;
  const paused = row.status === "paused" ? parse(row.pausedAt) : null;
  return Date.parse(row.expiresAt) - (paused ?? now);
}

const TROUBLE = { offline: "offline", not_saving: "not saving", away: "left the page" };

// One phrase for the column "Now": `left the page 0:48`, `answering`, `handed in 11:02`.
export function nowWords(row, now) {
  const words = stateWords(row, now);
  return row.requests > 0 ? `asks for help, ${words}` : words;
}

function stateWords(row, now) {
  const troubles = troublesOf(row, now);
  if (troubles.length) {
    return troubles
      .map(({ kind, since }) => (since === null ? TROUBLE[kind] : `${TROUBLE[kind]} ${stopwatch(now - since)}`))
      .join(", ");
  }
  if (isDone(row)) return row.submittedAt ? `handed in ${clockTime(row.submittedAt)}` : "handed in";
  if (row.status === "cancelled") return "cancelled";
  if (row.status === "paused") {
    const since = parse(row.pausedAt);
    const words = since === null ? "paused" : `paused ${stopwatch(now - since)}`;
    return row.connected ? words : `${words}, offline`;
  }
  if (row.status === "in_progress") return "answering";
  return row.connected ? "here, not started" : "not here";
}

// The shape beside the words, so that colour is never alone: offline | not_saving | help | away | paused | done | working | absent.
export function markOf(row, now) {
  const [first] = troublesOf(row, now);
  if (first && first.kind !== "away") return first.kind;
  if (row.requests > 0) return "help";
  if (first) return first.kind;
  if (isDone(row)) return "done";
  if (row.status === "paused") return "paused";
  return isWorking(row) && row.connected ? "working" : "absent";
}

// The figures of the header, counted from the same rows that the table shows.
export function countRows(rows, now) {
  const counts = { enrolled: rows.length, here: 0, working: 0, paused: 0, offline: 0, notSaving: 0, away: 0, done: 0, absent: 0 };
  for (const row of rows) {
    if (row.connected) counts.here += 1;
    if (isWorking(row)) counts.working += 1;
    if (row.status === "paused") counts.paused += 1;
    if (isDone(row)) counts.done += 1;
    if (!row.attemptId && !row.connected) counts.absent += 1;
    const kinds = troublesOf(row, now).map((trouble) => trouble.kind);
    if (kinds.includes("offline")) counts.offline += 1;
    if (kinds.includes("not_saving")) counts.notSaving += 1;
    if (kinds.includes("away")) counts.away += 1;
  }
  return counts;
}

function parse(moment) {
  return moment ? Date.parse(moment) : null;
}
