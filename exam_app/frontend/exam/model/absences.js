// Absences from the exam page, reported as evidence: {open, untold}. `open` maps a kind to the moment of its start;
// `untold` lists what the server has not acknowledged. Both names are in localStorage, which outlives the page. Pure.
import { ageOf } from "./moments.js";

const DAY_MS = 86_400_000;
const SHORTEST_MS = { blur: 1000, closed: 5000 }; // shorter: a click into the address bar, or a reload
const REPORTED_AS = { closed: "tab_switch" };
const MAX_UNREPORTED = 50;

export const nothing = { open: {}, untold: [] };

export function begin(absences, kind, now) {
  if (absences.open[kind] !== undefined) return absences;
  return { ...absences, open: { ...absences.open, [kind]: now } };
}

/** Ends an absence and queues its report, unless it was too short to matter or nobody knows how long it was. */
export function end(absences, kind, now) {
  const since = absences.open[kind];
  if (since === undefined) return absences;
  const rest = forget(absences, kind);
  const age = ageOf(since, now);
  if (age === null) return rest;
  const durationMs = Math.round(Math.min(DAY_MS, age));
  return durationMs < (SHORTEST_MS[kind] ?? 0) ? rest : note(rest, REPORTED_AS[kind] ?? kind, now, durationMs);
}

/** Drops an absence that is part of another one: a hidden page has no focus either. */
export function forget(absences, kind) {
  const { [kind]: _gone, ...open } = absences.open;
  return { ...absences, open };
}

/** Queues a report of what happened at `now`. */
export function note(absences, type, now, durationMs = 0) {
  return { ...absences, untold: [...absences.untold, { type, durationMs, at: `${now.page} ${now.at}` }].slice(-MAX_UNREPORTED) };
}

/** Removes a report that the server has acknowledged. */
export function reported(absences, { type, at }) {
  return { ...absences, untold: absences.untold.filter((other) => other.type !== type || other.at !== at) };
}

/** The page is closed. A tab switch that is still open goes on: closing the page does not end it. */
export function close(absences, now) {
  const rest = forget(absences, "blur");
  return rest.open.tab_switch === undefined ? begin(rest, "closed", now) : rest;
}

/** The page is open again, so every open absence ends. Full screen ended with the page. */
export function reopen(absences, now) {
  return ["tab_switch", "closed", "fullscreen_exit"].reduce((left, kind) => end(left, kind, now), forget(absences, "blur"));
}
