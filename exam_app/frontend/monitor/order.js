// Which rows are shown, and in which order. Pure.
import { isDone, troublesOf } from "./attention.js";
import { nameOf } from "./words.js";

export const SHOWN = { all: "all", attention: "needs attention", done: "done" };

export function matches(row, { show, search }, now) {
  if (show === "attention" && !troublesOf(row, now).length) return false;
  if (show === "done" && !isDone(row)) return false;
  const wanted = fold(search);
  return !wanted || fold(nameOf(row)).includes(wanted) || fold(`${row.lastName} ${row.firstName}`).includes(wanted);
}

// Needs attention first, then by last and first name.
export function sorted(rows, now) {
  const keyed = rows.map((row) => ({ row, calm: troublesOf(row, now).length ? 0 : 1 }));
  keyed.sort((a, b) => a.calm - b.calm || byName(a.row, b.row));
  return keyed.map(({ row }) => row);
}

// While somebody points at the list (`held`: the ids as shown), nothing moves and nothing vanishes; new rows go to the end.
export function arrange(rows, filter, now, held = null) {
  const fresh = sorted(rows.filter((row) => matches(row, filter, now)), now);
  if (!held) return fresh;
  const byId = new Map(rows.map((row) => [row.studentId, row]));
  const kept = held.map((id) => byId.get(id)).filter(Boolean);
  const known = new Set(held);
  return [...kept, ...fresh.filter((row) => !known.has(row.studentId))];
}

// The part of a long list that is drawn: rows `from` to `to` (exclusive), with heights in px around it.
export function windowOf({ count, rowHeight, scrollTop, viewHeight, overscan = 8 }) {
  const from = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight) - overscan));
  const to = Math.max(from, Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + overscan));
  return { from, to, above: from * rowHeight, below: (count - to) * rowHeight };
}

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

function byName(a, b) {
  return collator.compare(a.lastName, b.lastName) || collator.compare(a.firstName, b.firstName);
}

// Without case and accents: who searches for Jose finds José.
function fold(text) {
  return String(text ?? "").normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
}
