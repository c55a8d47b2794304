import { useState } from "preact/hooks";
import { handText, lowerHand, raiseHand, reportQuestion } from "../live/help.js";

const MAX_HAND = 500;
const MAX_REPORT = 1000;

/** Raising a hand, and reporting a problem with the current question. */
export function HelpRequest({ exam, state }) {
  const question = state.view === "question" ? state.attempt.questions[state.index] : null;
  return (
    <section class="ask">
      <h3>Ask a proctor</h3>
      {state.hand ? <HandUp exam={exam} hand={state.hand} /> : <RaiseHand exam={exam} />}
      {question && <Report key={question.questionId} exam={exam} question={question} number={state.index + 1} />}
    </section>
  );
}

function RaiseHand({ exam }) {
  const [text, setText] = useState("");
  const { sending, outcome, send } = useSending();
  return (
    <form class="ask__form" onSubmit={(event) => send(event, () => raiseHand(exam, text))}>
      <label class="field__label" for="hand-text">What is it about? (optional)</label>
      <input id="hand-text" class="input" type="text" maxLength={MAX_HAND} autocomplete="off" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      <button type="submit" class="button" aria-disabled={sending}>Raise hand</button>
      <Outcome outcome={outcome} />
    </form>
  );
}

function HandUp({ exam, hand }) {
  const { sending, outcome, send } = useSending();
  return (
    <form class="ask__form" onSubmit={(event) => send(event, () => lowerHand(exam))}>
      <p><strong>{handText(hand)}</strong> Continue with your exam: a proctor comes to you or answers here.</p>
      <button type="submit" class="button button--secondary" aria-disabled={sending}>Lower hand</button>
      <Outcome outcome={outcome} />
    </form>
  );
}

function Report({ exam, question, number }) {
  const [text, setText] = useState("");
  const { sending, outcome, send } = useSending();
  async function report() {
    const outcome = text.trim() ? await reportQuestion(exam, question, text) : { ok: false, text: "Describe in a few words what is wrong." };
    if (outcome.ok) setText("");
    return outcome;
  }
  return (
    <details class="ask__report">
      <summary>Report a problem with question {number}</summary>
      <form class="ask__form" onSubmit={(event) => send(event, report)}>
        <label class="field__label" for="report-text">What is wrong?</label>
        <textarea id="report-text" class="input" rows={3} maxLength={MAX_REPORT} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="submit" class="button button--secondary" aria-disabled={sending}>Report question {number}</button>
        <Outcome outcome={outcome} />
      </form>
    </details>
  );
}

function Outcome({ outcome }) {
  return <p class={outcome ? `notice ${outcome.ok ? "notice--ok" : "notice--bad"}` : ""} data-testid="help-outcome">{outcome?.text}</p>;
}

/** One request at a time, with its outcome. */
function useSending() {
  const [sending, setSending] = useState(false);
  const [outcome, setOutcome] = useState(null);
  async function send(event, request) {
    event.preventDefault();
    if (sending) return;
    setSending(true);
    setOutcome(await request());
    setSending(false);
  }
  return { sending, outcome, send };
}
