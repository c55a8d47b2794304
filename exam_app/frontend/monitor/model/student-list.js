// Filtering and sorting the student list. Pure.
import { behindBelow, isDone, isWorking, needsAttention, shareOf, timeLeftOf } from "./student-status.js";
import { nameOf } from "./format.js";

export const FILTERS = {
  all: "all",
  attention: "needs attention",
  offline: "offline",
  behind: "behind",
  noticed: "incidents",
  done: "done",
};

// The sort key of each column; null sorts last in both directions. `down`: descending at the first click.
export const SORTS = {
  name: { label: "Student", down: false, of: () => 0 },
  attention: { label: "Status", down: true, of: (row, now) => (needsAttention(row, now) ? 1 : 0) },
  progress: { label: "Progress", down: false, of: (row) => (row.attemptId ? row.questionsAnswered : null) },
  question: { label: "Question", down: false, of: (row) => (isWorking(row) ? row.currentQuestionIndex : null) },
  tabs: { label: "Left page", down: true, of: (row) => (row.attemptId ? row.violations : null) },
  time: { label: "Time left", down: false, of: (row, now) => (isWorking(row) ? timeLeftOf(row, now) : null) },
};
export const FIRST_SORT = { by: "attention", down: true };

// The sort order after a click on a column: a second click reverses it.
export function sortAfter(sort, by) {
  return sort.by === by ? { by, down: !sort.down } : { by, down: SORTS[by].down };
}

const PREDICATES = {
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

// {all: 30, attention: 2, …}: the number of rows of each filter.
export function countFiltered(rows, now) {
  const count = (show) => rows.filter(PREDICATES[show](rows, now)).length;
  return Object.fromEntries(Object.keys(FILTERS).map((show) => [show, count(show)]));
}

function matching(rows, { show, search }, now) {
  const shown = PREDICATES[show](rows, now);
  const wanted = normalize(search);
  const matches = (row) => !wanted || normalize(nameOf(row)).includes(wanted) || normalize(`${row.lastName} ${row.firstName}`).includes(wanted);
  return rows.filter((row) => shown(row) && matches(row));
}

// By the column, then by name. Names are reversed only when the list is sorted by name.
export function sorted(rows, now, { by, down } = FIRST_SORT) {
  const keyed = rows.map((row) => ({ row, key: SORTS[by].of(row, now) }));
  const sign = down ? -1 : 1;
  keyed.sort((a, b) => byKey(a.key, b.key, sign) || (by === "name" ? sign : 1) * byName(a.row, b.row));
  return keyed.map(({ row }) => row);
}

function byKey(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * (a - b);
}

// While the pointer or the focus is in the list, rows keep their positions (`frozen`: the ids as shown) and new rows are
// appended.
export function arrange(rows, filter, sort, now, frozen = null) {
  const fresh = sorted(matching(rows, filter, now), now, sort);
  if (!frozen) return fresh;
  const byId = new Map(rows.map((row) => [row.studentId, row]));
  const present = frozen.map((id) => byId.get(id)).filter(Boolean);
  const known = new Set(frozen);
  return [...present, ...fresh.filter((row) => !known.has(row.studentId))];
}

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

// In the server's order, as on pages and in files; the browser's depends on its language.
function byName(a, b) {
  if (a.rank !== undefined && b.rank !== undefined) return a.rank - b.rank;
  return collator.compare(a.lastName, b.lastName) || collator.compare(a.firstName, b.firstName);
}

// Ignores case and accents: a search for Jose finds José.
function normalize(text) {
  return String(text ?? "").normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
}
