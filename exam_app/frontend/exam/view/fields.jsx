import { useState } from "preact/hooks";
import { chooseNumber, fieldEntered, fieldLeft, typeNumber, typeText } from "../live/actions.js";
import { unreadIn } from "../model/unread.js";
import { NumberReading, unreadText } from "./number-reading.jsx";
import { useDraft } from "./use-draft.js";

const MAX_TEXT = 20000;
export const MAX_TYPED = 500;

export function TextAnswer({ exam, view, disabled }) {
  const { question } = view;
  const { field, draft, setDraft, reset } = useDraft(view.response.text ?? "", view.offer?.changeId);
  const id = `answer-${question.questionId}`;
  return (
    <div class="typed">
      <p class="question__text" id={`${id}-text`}>{question.questionText}</p>
      <label class="field__label" for={id}>Your answer</label>
      <input
        id={id}
        ref={field}
        class="input"
        type="text"
        value={draft}
        maxLength={MAX_TEXT}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        disabled={disabled}
        aria-describedby={`${id}-text`}
        onInput={(event) => {
          setDraft(event.currentTarget.value);
          typeText(exam, question, event.currentTarget.value);
        }}
        onFocus={() => fieldEntered(exam, question.questionId)}
        onBlur={() => {
          reset();
          fieldLeft(exam);
        }}
      />
    </div>
  );
}

/** The keyboard is the ordinary one: the iPhone's for decimals has no minus key, and another one for negative keys would reveal them. */
export function NumberAnswer({ exam, view, disabled }) {
  const { question } = view;
  const { number, text, unit } = view.response;
  const { field, draft, setDraft, reset } = useDraft(number ?? text ?? "", view.offer?.changeId);
  const [blurred, setBlurred] = useState(true);
  const id = `answer-${question.questionId}`;
  const unread = unreadIn(view.response);
  // What was understood, or chosen of two meanings, is not read anew.
  const chooseUnit = (chosen) => (number && draft === number ? chooseNumber(exam, question, number, chosen) : typeNumber(exam, question, draft, chosen));
  const invalid = unread?.problem && (blurred || !unread.unfinished); // no error while the number is still being typed
  return (
    <div class={`typed ${invalid ? "field--error" : ""}`}>
      <p class="question__text" id={`${id}-text`}>{question.questionText}</p>
      <label class="field__label" for={id}>Your answer, a number</label>
      <p class="field__error" id={`${id}-error`} aria-live="polite">
        {invalid && unreadText(unread)}
      </p>
      <div class="measured">
        <input
          id={id}
          ref={field}
          class="input input--number"
          type="text"
          inputmode="text"
          value={draft}
          maxLength={MAX_TYPED}
          autocomplete="off"
          disabled={disabled}
          aria-invalid={invalid ? "true" : undefined}
          aria-describedby={`${id}-text ${id}-error ${id}-reading`}
          onInput={(event) => {
            setDraft(event.currentTarget.value);
            typeNumber(exam, question, event.currentTarget.value, unit);
          }}
          onFocus={() => {
            setBlurred(false);
            fieldEntered(exam, question.questionId);
          }}
          onBlur={() => {
            setBlurred(true);
            reset();
            fieldLeft(exam);
          }}
        />
        {question.units && <Units units={question.units} unit={unit} disabled={disabled} onChoose={chooseUnit} />}
      </div>
      <NumberReading
        id={`${id}-reading`}
        number={number}
        unread={unread}
        disabled={disabled}
        onChoose={(meaning) => {
          setDraft(meaning);
          chooseNumber(exam, question, meaning, unit);
        }}
      />
    </div>
  );
}

/** The unit of a number is chosen from a list; only the number is typed. */
export function Units({ units, unit, disabled, label = "Unit", onChoose }) {
  return (
    <select class={`select measured__unit ${unit ? "select--chosen" : ""}`} aria-label={label} value={unit ?? ""} disabled={disabled} onChange={(event) => onChoose(event.currentTarget.value || undefined)}>
      <option value="">Unit…</option>
      {units.map((text) => <option key={text} value={text}>{text}</option>)}
    </select>
  );
}
