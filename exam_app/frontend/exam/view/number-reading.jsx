import { understood } from "../model/unread.js";

/** Below a number field: what was understood, or the choice between the two numbers that it can mean. */
export function NumberReading({ id, number, unread, disabled, onChoose }) {
  return (
    <div id={id} class="reading" aria-live="polite">
      {number && <p class="reading__number">Understood as {understood(number)}</p>}
      {unread?.meanings && (
        <div class="reading__choice" role="group" aria-label="Which number do you mean?">
          <p><strong>{unread.gapNumber && `Gap ${unread.gapNumber}: `}“<bdi>{unread.text}</bdi>” can mean two numbers.</strong> Which one do you mean?</p>
          <p class="actions">
            {unread.meanings.map((meaning) => (
              <button key={meaning} type="button" class="button button--secondary" disabled={disabled} onClick={() => onChoose(meaning)}>{understood(meaning)}</button>
            ))}
          </p>
        </div>
      )}
    </div>
  );
}

/** Why a text is no number, and what happens to it. */
export function unreadText({ problem }) {
  return `${problem} It is kept as you typed it, for a marker.`;
}
