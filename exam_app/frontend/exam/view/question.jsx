import { useLayoutEffect, useRef } from "preact/hooks";
import { pointsText } from "../../lib/format.js";
import { canGoTo, clearChoice, keepAnswer, step, toggleFlag, useOtherAnswer } from "../live/actions.js";
import { lostValue } from "../model/conflicts.js";
import { responseText } from "../model/responses.js";
import { ChoiceAnswer } from "./choice.jsx";
import { ClozeAnswer } from "./cloze.jsx";
import { EssayAnswer } from "./essay.jsx";
import { NumberAnswer, TextAnswer } from "./fields.jsx";
import { Icon } from "./icons.jsx";
import { MatchingAnswer } from "./matching.jsx";
import { OrderingAnswer } from "./ordering.jsx";
import { Passage } from "./passage.jsx";
import { Pictures } from "./pictures.jsx";
import { questionViews } from "./question-views.js";

export function Question({ exam, state }) {
  const { attempt, index } = state;
  const view = questionViews(state)[index];
  const { question } = view;
  const passage = attempt.passages?.find((one) => one.passageId === question.passageId);
  const disabled = state.locked || state.paused || state.submitting;
  const heading = useRef(null);
  // A layout effect, so that a student who clicks or types at once does not lose the focus again.
  useLayoutEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [question.questionId]);
  return (
    <div class={passage ? "with-passage" : ""}>
      {passage && <Passage key={passage.passageId} exam={exam} passage={passage} highlights={state.highlights} />}
      <article class="question" data-testid="question" data-question-id={question.questionId}>
        <div class="question__head">
          <h2 class="question__number" tabIndex={-1} ref={heading}>Question {index + 1} of {attempt.questions.length}</h2>
          <span class="question__points">{pointsText(question.points)}</span>
          <button type="button" class="button button--quiet flag" aria-pressed={view.flagged} disabled={disabled} onClick={() => toggleFlag(exam, question)}>
            <Icon name={view.flagged ? "flag" : "flagOutline"} /> {view.flagged ? "Flagged" : "Flag"}
          </button>
        </div>
        <Pictures images={question.images} />
        <Answer key={question.questionId} exam={exam} view={view} disabled={disabled} />
        <Feedback view={view} />
        {view.offer && <OtherAnswer exam={exam} view={view} disabled={disabled} onResolved={() => heading.current?.focus({ preventScroll: true })} />}
        <Steps exam={exam} state={state} />
      </article>
    </div>
  );
}

const ANSWERS = {
  multiple_choice: ChoiceAnswer,
  multiple_response: ChoiceAnswer,
  true_false: ChoiceAnswer,
  matching: MatchingAnswer,
  ordering: OrderingAnswer,
  cloze: ClozeAnswer,
  numerical: NumberAnswer,
  short_answer: TextAnswer,
  essay: EssayAnswer,
};
/** Question types without a text field need a button that clears the answer: its label. */
const CLEARS = {
  multiple_choice: "Clear choice",
  multiple_response: "Clear choice",
  true_false: "Clear choice",
  matching: "Clear all choices",
  ordering: "Clear my order",
};

function Answer({ exam, view, disabled }) {
  const { question } = view;
  const Shown = ANSWERS[question.questionType];
  const clear = CLEARS[question.questionType];
  return (
    <>
      <Shown exam={exam} view={view} disabled={disabled} />
      {clear && (
        <div class="question__clear">
          {view.answered && !disabled && <button type="button" class="button button--quiet" onClick={() => clearChoice(exam, question)}>{clear}</button>}
        </div>
      )}
    </>
  );
}

/** The server's verdict on this answer: refused, or in practice mode correct or not. */
function Feedback({ view }) {
  const { question, refused, isCorrect, points } = view;
  return (
    <>
      {refused && (
        <p class="notice notice--bad" role="alert"><strong>This answer is not saved.</strong> {refused.message} It stays on this page: change it, or show it to your teacher.</p>
      )}
      {isCorrect !== null && view.answered && (
        <p class={`notice ${isCorrect ? "notice--ok" : "notice--warn"}`} role="status" data-testid="feedback">
          <strong>{isCorrect ? "✓ Correct." : Number(points) > 0 ? "◐ Partly correct." : "✗ Not correct."}</strong>{" "}
          {points !== null && `${Number(points)} of ${pointsText(question.points)}.`}
        </p>
      )}
    </>
  );
}

/** A conflict between two devices, shown until the student resolves it. Its buttons disappear then, so the focus moves. */
function OtherAnswer({ exam, view, disabled, onResolved }) {
  const { question, offer } = view;
  const resolveWith = (action) => () => {
    action();
    onResolved();
  };
  return (
    <div class="other-answer" role="group" aria-label="Your other answer" data-testid="other-answer">
      <p>You answered this on two devices. The other answer was: <strong>{responseText(question, lostValue(offer))}</strong></p>
      <div class="other-answer__choice">
        <button type="button" class="button button--secondary" disabled={disabled} onClick={resolveWith(() => useOtherAnswer(exam, question, offer))}>Use that instead</button>
        <button type="button" class="button button--quiet" disabled={disabled} onClick={resolveWith(() => keepAnswer(exam, offer))}>Keep this</button>
      </div>
    </div>
  );
}

function Steps({ exam, state }) {
  const { index, attempt } = state;
  const last = index === attempt.questions.length - 1;
  return (
    <div class="steps">
      <button type="button" class="button button--secondary" disabled={!canGoTo(state, index - 1)} onClick={() => step(exam, -1)}>
        <Icon name="left" /> Previous
      </button>
      <button type="button" class="button" onClick={() => step(exam, 1)}>
        {last ? "Review and hand in" : "Next"} <Icon name="right" />
      </button>
    </div>
  );
}
