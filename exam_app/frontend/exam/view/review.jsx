import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { plural } from "../../lib/format.js";
import { canGoTo, goTo } from "../live/actions.js";
import { textInLine } from "../model/responses.js";
import { SubmitDialog } from "./submit-dialog.jsx";
import { Icon } from "./icons.jsx";
import { questionViews } from "./question-views.js";

/** Before submitting: links to unanswered and flagged questions, then one button, and a dialog that asks once more. */
export function Review({ exam, state }) {
  const views = questionViews(state).map((view, index) => ({ ...view, index }));
  const answered = views.filter((view) => view.answered).length;
  const heading = useRef(null);
  const [asking, setAsking] = useState(false);
  const stuck = state.submitting || state.locked || state.paused;
  useLayoutEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    if (state.submitProblem || state.locked || state.paused) setAsking(false);
  }, [state.submitProblem, state.locked, state.paused]);
  const groups = [
    ["Not saved", views.filter((view) => view.refused), "The answer has to be corrected before it can be saved."],
    ["Can mean two numbers", views.filter((view) => view.unread.some((one) => one.meanings)), "Choose which one you mean, or a marker decides."],
    ["Not read as a number", views.filter((view) => view.unread.some((one) => one.problem)), "It is kept as you typed it, for a marker. You can still correct it."],
    ["Not answered", views.filter((view) => !view.answered && !view.refused), null],
    ["Answered on two devices", views.filter((view) => view.offer), "One of the two answers is saved: check that it is the one you want."],
    ["Flagged", views.filter((view) => view.flagged), null],
  ];
  return (
    <section class="hand-in" aria-labelledby="hand-in-title">
      <h2 id="hand-in-title" tabIndex={-1} ref={heading}>Hand in</h2>
      <p class="hand-in__count">You answered <strong>{answered} of {plural(views.length, "question")}</strong>.</p>
      {groups.map(([title, list, hint]) => list.length > 0 && <Group key={title} exam={exam} state={state} title={title} list={list} hint={hint} />)}
      {groups.every(([, list]) => !list.length) && <p>Every question is answered, and none is flagged.</p>}
      {state.submitProblem && <p class="notice notice--bad" role="alert">{state.submitProblem}</p>}
      <p>After handing in you cannot change your answers any more.</p>
      <div class="actions">
        <button type="button" class="button" aria-disabled={stuck} onClick={() => !stuck && setAsking(true)} data-testid="submit">
          {state.submitting ? "Handing in…" : `Hand in ${answered} of ${plural(views.length, "answer")}`}
        </button>
        <button type="button" class="button button--secondary" disabled={state.submitting} onClick={() => goTo(exam, state.index)}>
          <Icon name="left" /> Back to question {state.index + 1}
        </button>
      </div>
      {asking && <SubmitDialog exam={exam} state={state} answered={answered} total={views.length} onClose={() => setAsking(false)} />}
    </section>
  );
}

function Group({ exam, state, title, list, hint }) {
  const id = `group-${title.toLowerCase().replace(/\W/g, "-")}`;
  return (
    <div class="hand-in__group">
      <h3 id={id}>{title} ({list.length})</h3>
      {hint && <p class="muted">{hint}</p>}
      <ul class="hand-in__list" aria-labelledby={id}>
        {list.map(({ question, index }) => (
          <li key={question.questionId}>
            <a href={`#question-${index + 1}`} aria-disabled={!canGoTo(state, index)} onClick={(event) => {
              event.preventDefault();
              goTo(exam, index);
            }}>
              <strong>Question {index + 1}</strong> <span class="hand-in__text">{textInLine(question)}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
