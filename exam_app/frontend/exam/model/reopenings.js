// Whether staff have reopened the attempt of a closed page. Pure.

const OPEN = new Set(["in_progress", "paused"]);

/** A state from before the end is open too, but counts no more reopenings than the page knows. `closed`: the end that the page shows, or null. */
export function isReopened({ status, timesReopened = 0 }, closed) {
  return Boolean(closed) && OPEN.has(status) && timesReopened > (closed.timesReopened ?? 0);
}
