// A pause stops the clock, and with it the time counted for the question on the screen.

export function setPaused(exam, paused, reason = null) {
  const before = exam.store.get();
  const now = performance.now();
  if (paused) exam.spent.hide(now);
  else if (before.paused && before.view === "question" && document.visibilityState === "visible") exam.spent.back(now);
  exam.store.set({ paused, pauseReason: reason, helpOpen: before.helpOpen && (before.paused || !paused) });
}
