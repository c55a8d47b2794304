import { useLayoutEffect, useRef } from "preact/hooks";
import { plural } from "../../lib/format.js";
import { heightOfLastPress } from "../../lib/presses.js";
import { submit } from "../live/actions.js";

/**
 * Only staff can undo handing in, so it takes an action that nobody does by repeating the last one: the dialog opens away from the
 * place of the press that opened it, and Enter goes back to the questions.
 */
export function SubmitDialog({ exam, state, answered, total, onClose }) {
  const box = useRef(null);
  const side = useRef(heightOfLastPress() < 0.5 ? "bottom" : "top");
  useLayoutEffect(() => {
    box.current.showModal();
    return () => box.current?.close(); // gives the focus back to the button
  }, []);
  const open = total - answered;
  const stuck = state.submitting || state.locked || state.paused;
  return (
    <dialog ref={box} class={`sheet sheet--${side.current}`} aria-labelledby="confirm-title" data-testid="confirm" onCancel={(event) => {
      event.preventDefault();
      onClose();
    }}>
      <h2 id="confirm-title">Hand in your exam?</h2>
      <p>{open ? <>You answered {answered} of {plural(total, "question")}. <strong>{plural(open, "question")} {open === 1 ? "is" : "are"} not answered.</strong></> : "You answered all questions."}</p>
      <p>After handing in you cannot change your answers any more.</p>
      <div class="actions sheet__actions">
        <button type="button" class="button button--secondary" disabled={state.submitting} onClick={onClose} autofocus>Go on working</button>
        <button type="button" class="button" aria-disabled={stuck} onClick={() => submit(exam)} data-testid="confirm-submit">
          {state.submitting ? "Handing in…" : "Hand in now"}
        </button>
      </div>
    </dialog>
  );
}
