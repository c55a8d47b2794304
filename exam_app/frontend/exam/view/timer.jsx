import { useState } from "preact/hooks";
import { timeLeft } from "../../lib/format.js";
import { useStore } from "../../lib/use-store.js";

const LAST_MS = 5 * 60 * 1000;

/** Seconds only in the last five minutes. Silent for screen readers: the key t and the warnings announce the time. */
export function Timer({ exam, paused }) {
  const { left, confirmed } = useStore(exam.ticker);
  const [hidden, setHidden] = useState(false);
  if (left === null) return <div class="timer" />;
  const last = left <= LAST_MS;
  const isHidden = hidden && !last;
  return (
    <div class={`timer ${last ? "timer--last" : ""}`}>
      <div role="timer" aria-live="off" aria-label="Time left" class="timer__text">
        <span class="timer__label">{paused ? "Paused at" : "Time left"}</span>{" "}
        <span class="timer__value" data-testid="time-left">{isHidden ? "hidden" : shownTime(left, confirmed)}</span>
      </div>
      {!last && (
        <button type="button" class="button button--quiet timer__toggle" aria-pressed={hidden} onClick={() => setHidden(!hidden)}>
          {hidden ? "Show" : "Hide"}<span class="visually-hidden"> the time</span>
        </button>
      )}
    </div>
  );
}

/** Short enough for a phone also where a page without a connection goes by a clock that may have been set. */
function shownTime(left, confirmed) {
  if (confirmed) return timeLeft(left);
  if (left > 0) return `≈ ${timeLeft(left)}`;
  return <>unknown<span class="visually-hidden"> without a connection</span></>;
}
