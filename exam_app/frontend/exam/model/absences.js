// Being away from the exam, as evidence with a length: {open, untold}. `open` maps a kind to the moment it began,
// in ms since the epoch; `untold` holds what the server has not acknowledged. It outlives the page. Pure.

const DAY_MS = 86_400_000;
const SHORTEST_MS = { blur: 1000, closed: 5000 }; // a click into the address bar; a reload
const KIND_TOLD = { closed: "tab_switch" };
const KEEP = 50;

export const nothing = { open: {}, untold: [] };

export function begin(absences, kind, now) {
  if (absences.open[kind] !== undefined) return absences;
  return { ...absences, open: { ...absences.open, [kind]: now } };
}

/** It is over and will be told, unless it was too short to be worth a line. */
export function end(absences, kind, now) {
  const since = absences.open[kind];
  if (since === undefined) return absences;
  const rest = forget(absences, kind);
  const durationMs = Math.round(Math.min(DAY_MS, Math.max(0, now - since)));
  return durationMs < (SHORTEST_MS[kind] ?? 0) ? rest : note(rest, KIND_TOLD[kind] ?? kind, now, durationMs);
}

/** It was part of another absence: a hidden page has no focus either. */
export function forget(absences, kind) {
  const { [kind]: _gone, ...open } = absences.open;
  return { ...absences, open };
}

/** Something to tell that was seen at `now`. */
export function note(absences, type, now, durationMs = 0) {
  return { ...absences, untold: [...absences.untold, { type, durationMs, at: now }].slice(-KEEP) };
}

export function told(absences, { type, at }) {
  return { ...absences, untold: absences.untold.filter((other) => other.type !== type || other.at !== at) };
}

/** The page goes away. Who had switched away before has not come back by closing it. */
export function close(absences, now) {
  const rest = forget(absences, "blur");
  return rest.open.tab_switch === undefined ? begin(rest, "closed", now) : rest;
}

/** The page is open again: what lasted until now is over. The full screen ended with the page. */
export function reopen(absences, now) {
  return ["tab_switch", "closed", "fullscreen_exit"].reduce((left, kind) => end(left, kind, now), forget(absences, "blur"));
}
