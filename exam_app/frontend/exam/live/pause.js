// A pause stops the timer and the time counted for the current question.

import { elapsed } from "../../lib/clock.js";

export function setPaused(exam, paused, reason = null) {
  const before = exam.store.get();
  const now = elapsed();
  if (paused) exam.spent.hide(now);
  else if (before.paused && before.view === "question" && document.visibilityState === "visible") exam.spent.resume(now);
  exam.store.set({ paused, pauseReason: reason, helpOpen: before.helpOpen && (before.paused || !paused) });
}
