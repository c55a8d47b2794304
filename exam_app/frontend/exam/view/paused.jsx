import { useLayoutEffect, useRef } from "preact/hooks";

/** Replaces the questions: the timer is stopped, so a pause must not give time to read. */
export function Paused({ state }) {
  const heading = useRef(null);
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <main class="plain" data-testid="paused">
      <h2 class="paused__title" tabIndex={-1} ref={heading}>Your exam is paused</h2>
      {state.pauseReason && <p class="plain__lead">{state.pauseReason}</p>}
      <p>The timer is stopped: you lose no time. Your answers are saved. The questions appear again automatically when the exam resumes.</p>
    </main>
  );
}
