// Which rows are shown, and in which order. Pure.
import { behindBelow, isDone, isWorking, needsAttention, shareOf, timeLeftOf } from "./student-status.js";
import { nameOf } from "./format.js";

export const SHOWN = {
  all: "all",
  attention: "needs attention",
  offline: "offline",
  behind: "behind",
  noticed: "noticed",
  done: "done",
};

// What each column sorts by; null comes last in both directions. `down`: the direction of the first click.
export const SORTS = {
  name: { words: "Student", down: false, of: () => 0 },
  attention: { words: "Now", down: true, of: (row, now) => (needsAttention(row, now) ? 1 : 0) },
  progress: { words: "Progress", down: false, of: (row) => (row.attemptId ? row.questionsAnswered : null) },
  question: { words: "Question", down: false, of: (row) => (isWorking(row) ? row.currentQuestionIndex : null) },
  tabs: { words: "Tabs", down: true, of: (row) => (row.attemptId ? row.violations : null) },
  time: { words: "Time left", down: false, of: (row, now) => (isWorking(row) ? timeLeftOf(row, now) : null) },
};
export const FIRST_SORT = { by: "attention", down: true };

// A click on a column: sort by it, then the other way round.
export function sortAfter(sort, by) {
  return sort.by === by ? { by, down: !sort.down } : { by, down: SORTS[by].down };
}

const SHOWS = {
  all: () => () => true,
  attention: (_rows, now) => (row) => needsAttention(row, now),
  offline: () => (row) => isWorking(row) && !row.connected,
  behind: (rows) => {
    const least = behindBelow(rows);
    return (row) => isWorking(row) && shareOf(row) < least;
  },
  noticed: () => (row) => row.alerts > 0 || row.violations > 0,
  done: () => isDone,
};

// {all: 30, attention: 2, …}: what each filter would show.
export function countShown(rows, now) {
  const count = (show) => rows.filter(SHOWS[show](rows, now)).length;
  return Object.fromEntries(Object.keys(SHOWN).map((show) => [show, count(show)]));
}

function matching(rows, { show, search }, now) {
  const shown = SHOWS[show](rows, now);
  const wanted = fold(search);
  const called = (row) => !wanted || fold(nameOf(row)).includes(wanted) || fold(`${row.lastName} ${row.firstName}`).includes(wanted);
  return rows.filter((row) => shown(row) && called(row));
}

// By the column, then by last and first name; names turn round only when they are what is sorted by.
export function sorted(rows, now, { by, down } = FIRST_SORT) {
  const keyed = rows.map((row) => ({ row, key: SORTS[by].of(row, now) }));
  const turn = down ? -1 : 1;
  keyed.sort((a, b) => byKey(a.key, b.key, turn) || (by === "name" ? turn : 1) * byName(a.row, b.row));
  return keyed.map(({ row }) => row);
}

function byKey(a, b, turn) {
  if (a === null || b === null) return (a === null) - (b === null);
  return turn * (a - b);
}

// While somebody points at the list (`held`: the ids as shown), nothing moves and nothing vanishes; new rows go to the end.
export function arrange(rows, filter, sort, now, held = null) {
  const fresh = sorted(matching(rows, filter, now), now, sort);
  if (!held) return fresh;
  const byId = new Map(rows.map((row) => [row.studentId, row]));
  const kept = held.map((id) => byId.get(id)).filter(Boolean);
  const known = new Set(held);
  return [...kept, ...fresh.filter((row) => !known.has(row.studentId))];
}

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

function byName(a, b) {
  return collator.compare(a.lastName, b.lastName) || collator.compare(a.firstName, b.firstName);
}

// Without case and accents: who searches for Jose finds José.
function fold(text) {
  return String(text ?? "").normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
}
