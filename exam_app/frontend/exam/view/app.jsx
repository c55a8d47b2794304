import { useEffect } from "preact/hooks";
import { isolated } from "../../lib/direction.js";
import { useStore } from "../../lib/use-store.js";
import { Announcer } from "./announcer.jsx";
import { Closed } from "./closed.jsx";
import { Dock } from "./dock.jsx";
import { HelpSheet } from "./help.jsx";
import { Palette } from "./palette.jsx";
import { Paused } from "./paused.jsx";
import { Question } from "./question.jsx";
import { Review } from "./review.jsx";
import { Connecting, Gone, Other } from "./status-pages.jsx";
import { TimeIsUp } from "./time-is-up.jsx";
import { TopBar } from "./top-bar.jsx";
import { Waiting } from "./waiting.jsx";

export function App({ exam }) {
  const state = useStore(exam.store);
  useTitle(state);
  return (
    <>
      <Announcer text={state.announcement} />
      {screen(exam, state)}
    </>
  );
}

function screen(exam, state) {
  switch (state.phase) {
    case "waiting":
      return <Waiting exam={exam} state={state} />;
    case "exam":
      return <Exam exam={exam} state={state} />;
    case "closed":
      return <Closed exam={exam} state={state} />;
    case "other":
      return <Other />;
    case "gone":
      return <Gone exam={exam} state={state} />;
    default:
      return <Connecting exam={exam} state={state} />;
  }
}

function Exam({ exam, state }) {
  return (
    <div class="exam">
      <a class="skip-link" href="#question" onClick={skipToQuestion}>Skip to the question</a>
      <TopBar exam={exam} state={state} />
      {state.paused ? <Paused state={state} /> : <Paper exam={exam} state={state} />}
      <Dock exam={exam} state={state} />
      <HelpSheet exam={exam} state={state} />
    </div>
  );
}

function Paper({ exam, state }) {
  return (
    <div class="exam__body">
      <Palette exam={exam} state={state} />
      <main class="exam__main" id="question">
        {state.locked && <TimeIsUp exam={exam} state={state} />}
        {state.view === "review" ? <Review exam={exam} state={state} /> : <Question exam={exam} state={state} />}
      </main>
    </div>
  );
}

/** The URL's hash is the current question, so the link moves the focus without changing it. */
function skipToQuestion(event) {
  event.preventDefault();
  document.querySelector("#question h2")?.focus();
}

function useTitle({ attempt, session, phase, index, view }) {
  const name = isolated(attempt?.title ?? session?.title ?? "");
  const place = { waiting: "Waiting room", closed: "Handed in" }[phase] ?? (phase === "exam" ? (view === "review" ? "Hand in" : `Question ${index + 1}`) : null);
  useEffect(() => {
    if (name) document.title = place ? `${place} – ${name}` : name;
  }, [name, place]);
}
