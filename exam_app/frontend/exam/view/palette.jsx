import { useEffect, useState } from "preact/hooks";
import { canGoTo, goTo, openReview } from "../live/actions.js";
import { questionViews } from "./question-views.js";
import { Icon } from "./icons.jsx";

/** The question palette: a column beside the question; on a phone collapsed below the title. */
export function Palette({ exam, state }) {
  const [open, setOpen] = useState(false);
  const views = questionViews(state);
  const position = state.view === "review" ? "Hand in" : `${state.index + 1} of ${views.length}`;
  useEffect(() => setOpen(false), [state.index, state.view]);
  return (
    <nav class={`palette ${open ? "palette--open" : ""}`} aria-label="Questions">
      <button type="button" class="palette__fold" aria-expanded={open} aria-controls="palette-list" onClick={() => setOpen(!open)}>
        <span><strong>{position}</strong></span>
        <span class="palette__fold-hint">{open ? "Close the list" : "All questions"}</span>
      </button>
      <div class="palette__content" id="palette-list">
        <ol class="palette__list">
          {views.map((view, index) => (
            <li key={view.question.questionId}>
              <Cell exam={exam} state={state} view={view} index={index} />
            </li>
          ))}
        </ol>
        <Legend views={views} />
        <button type="button" class="button button--secondary palette__hand-in" aria-current={state.view === "review" ? "page" : undefined} onClick={() => openReview(exam)}>
          Review and hand in
        </button>
      </div>
    </nav>
  );
}

function Cell({ exam, state, view, index }) {
  const current = state.view === "question" && index === state.index;
  const status = [view.refused ? "not saved" : view.answered ? "answered" : "not answered", view.flagged && "flagged"].filter(Boolean);
  const classes = ["cell", view.answered && "cell--answered", view.flagged && "cell--flagged", view.refused && "cell--refused"];
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(" ")}
      aria-label={`Question ${index + 1}, ${status.join(", ")}`}
      aria-current={current ? "step" : undefined}
      disabled={!current && !canGoTo(state, index)}
      onClick={() => goTo(exam, index)}
    >
      {index + 1}
      {view.flagged && <Icon name="flag" />}
    </button>
  );
}

function Legend({ views }) {
  const answered = views.filter((view) => view.answered).length;
  const flagged = views.filter((view) => view.flagged).length;
  return (
    <ul class="legend">
      <li><span class="legend__mark legend__mark--answered" /> {answered} answered</li>
      <li><span class="legend__mark" /> {views.length - answered} not answered</li>
      <li><span class="legend__mark legend__mark--flagged"><Icon name="flag" /></span> {flagged} flagged</li>
    </ul>
  );
}
