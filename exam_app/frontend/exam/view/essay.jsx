import { plural } from "../../lib/format.js";
import { countWords } from "../../lib/words.js";
import { fieldEntered, fieldLeft, typeText } from "../live/actions.js";
import { useDraft } from "./use-draft.js";

/** As on the server: the most words that a teacher may ask for, in any language. */
const MAX_TEXT = 200000;

/** A long text. Word limits are shown but not enforced: no text is cut off or refused. */
export function EssayAnswer({ exam, view, disabled }) {
  const { question } = view;
  const { field, draft, setDraft, reset } = useDraft(view.response.text ?? "", view.offer?.changeId);
  const id = `answer-${question.questionId}`;
  const count = countWords(draft);
  return (
    <div class="typed">
      <p class="question__text" id={`${id}-text`}>{question.questionText}</p>
      <label class="field__label" for={id}>Your answer</label>
      <p class="field__hint" id={`${id}-limits`}>{limits(question)} Marked by hand.</p>
      <textarea
        id={id}
        ref={field}
        class="input"
        rows={question.lines}
        value={draft}
        maxLength={MAX_TEXT}
        autocomplete="off"
        disabled={disabled}
        aria-describedby={`${id}-text ${id}-limits ${id}-count`}
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
      <p class="essay__count" id={`${id}-count`}>
        {plural(count, "word")} <strong class="essay__verdict" aria-live="polite">{verdict(question, count)}</strong>
      </p>
    </div>
  );
}

function limits({ minWords, maxWords }) {
  if (minWords && maxWords) return `Write ${minWords} to ${maxWords} words.`;
  if (minWords) return `Write at least ${plural(minWords, "word")}.`;
  return maxWords ? `Write at most ${plural(maxWords, "word")}.` : "";
}

/** For screen readers: it changes only when a limit is crossed, not with every word. */
function verdict({ minWords, maxWords }, count) {
  if (maxWords && count > maxWords) return "Over the word limit. It is still saved.";
  if (minWords && count >= minWords) return "Minimum length reached.";
  return "";
}
