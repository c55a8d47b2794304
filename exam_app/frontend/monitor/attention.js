// What a student is doing, in words, and whether a person should look. Pure: the server's time is an argument.
import { clockTime } from "../lib/format.js";
import { stopwatch } from "./words.js";

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

const TROUBLE = { offline: "offline", not_saving: "not saving", away: "left the page" };

// One phrase for the column "Now": `left the page 0:48`, `answering`, `handed in 11:02`.
export function nowWords(row, now) {
  const troubles = troublesOf(row, now);
  if (troubles.length) {
    return troubles
      .map(({ kind, since }) => (since === null ? TROUBLE[kind] : `${TROUBLE[kind]} ${stopwatch(now - since)}`))
      .join(", ");
  }
  if (isDone(row)) return row.submittedAt ? `handed in ${clockTime(row.submittedAt)}` : "handed in";
  if (row.status === "cancelled") return "cancelled";
  if (row.status === "paused") return row.connected ? "paused" : "paused, offline";
  if (row.status === "in_progress") return "answering";
  return row.connected ? "here, not started" : "not here";
}

// The shape beside the words, so that colour is never alone: offline | not_saving | away | done | working | absent.
export function markOf(row, now) {
  const [first] = troublesOf(row, now);
  if (first) return first.kind;
  if (isDone(row)) return "done";
  return isWorking(row) && row.connected ? "working" : "absent";
}

// The figures of the header, counted from the same rows that the table shows.
export function countRows(rows, now) {
  const counts = { enrolled: rows.length, here: 0, working: 0, offline: 0, notSaving: 0, away: 0, done: 0, absent: 0, attention: 0 };
  for (const row of rows) {
    if (row.connected) counts.here += 1;
    if (isWorking(row)) counts.working += 1;
    if (isDone(row)) counts.done += 1;
    if (!row.attemptId && !row.connected) counts.absent += 1;
    const kinds = troublesOf(row, now).map((trouble) => trouble.kind);
    if (kinds.includes("offline")) counts.offline += 1;
    if (kinds.includes("not_saving")) counts.notSaving += 1;
    if (kinds.includes("away")) counts.away += 1;
    if (kinds.length) counts.attention += 1;
  }
  return counts;
}

function parse(moment) {
  return moment ? Date.parse(moment) : null;
}
