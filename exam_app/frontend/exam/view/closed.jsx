import { useLayoutEffect, useRef } from "preact/hooks";
import { dateTime, plural } from "../../lib/format.js";
import { resultUrl } from "../live/close.js";
import { closedText, countOf, undeliveredText } from "../model/save-state.js";
import { Dock } from "./dock.jsx";
import { questionViews } from "./question-views.js";
import { SaveFile } from "./save-file.jsx";
import { LoginAgain } from "./status-pages.jsx";

/** The receipt, and what happens next. */
export function Closed({ exam, state }) {
  const { closed, attempt, session } = state;
  const cancelled = closed.status === "cancelled";
  const released = state.released || Boolean(session?.resultsReleasedAt);
  const heading = useRef(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <main class="plain" data-testid="closed">
      <p class="plain__over">{attempt?.title ?? session?.title}</p>
      <h1 tabIndex={-1} ref={heading}>{closedText(closed)}</h1>
      {cancelled && <p>Your answers are stored but not scored. Ask your teacher what happens next.</p>}
      <Undelivered exam={exam} state={state} />
      {!cancelled && attempt?.questions && <Unread state={state} />}
      {!cancelled && <Facts closed={closed} />}
      {released && <p class="notice notice--ok"><strong>Your result is ready.</strong></p>}
      <p class="actions">
        {released && <a class="button" href={resultUrl(exam)}>See your result</a>}
        <a class={released ? "button button--secondary" : "button"} href={exam.boot.homeUrl}>Back to my exams</a>
      </p>
      {!cancelled && !released && <Next closed={closed} attempt={attempt} url={resultUrl(exam)} />}
      <Dock exam={exam} state={state} />
    </main>
  );
}

/** Numbers that were not understood: the student hears of it here at the latest. */
function Unread({ state }) {
  const found = questionViews(state).flatMap(({ unread }, index) => unread.map((one) => ({ ...one, index })));
  if (!found.length) return null;
  return (
    <div class="notice notice--warn" data-testid="unread">
      <p><strong>{plural(found.length, "number")} could not be read with certainty.</strong> {found.length === 1 ? "It is" : "They are"} kept as you typed {found.length === 1 ? "it" : "them"}, for a marker:</p>
      <ul>
        {found.map(({ index, gapNumber, text }) => <li key={`${index}-${gapNumber}`}>Question {index + 1}{gapNumber && `, gap ${gapNumber}`}: “<bdi>{text}</bdi>”</li>)}
      </ul>
    </div>
  );
}

function Facts({ closed }) {
  return (
    <dl class="facts">
      {closed.submittedAt && <div><dt>Handed in</dt><dd><time dateTime={closed.submittedAt}>{dateTime(closed.submittedAt)}</time></dd></div>}
      {closed.receipt && (
        <div>
          <dt>Receipt</dt>
          <dd><code class="receipt" data-testid="receipt">{typeof closed.receipt === "string" ? closed.receipt : closed.receipt.code}</code><br />
            <span class="muted">It proves that exactly these answers were handed in. You also find it under “My exams”.</span></dd>
        </div>
      )}
    </dl>
  );
}

function Next({ closed, attempt, url }) {
  const feedback = attempt?.settings?.feedback;
  const byHand = attempt?.questions.some((question) => question.questionType === "essay");
  const texts = {
    after_release: "Your answers are graded now. The result appears here, and in your notifications, when your school releases it.",
    never: "Your answers are graded now. Your school will inform you of the result.",
  };
  if (feedback === "immediate" || feedback === "after_submission") {
    return <p class="flow__next">{byHand ? "Your essays are marked by hand; your result appears after that." : "Your answers are graded now."} <a href={url}>See your result</a></p>;
  }
  return (
    <section class="plain__next">
      <h2>What happens next</h2>
      <p>{texts[feedback] ?? texts.after_release}{byHand && " Your essays are marked by hand."}</p>
      <p>You can close this page.{closed.receipt ? "" : " The receipt is under “My exams”."}</p>
    </section>
  );
}

function Undelivered({ exam, state }) {
  const { connection, undeliverable } = state;
  const late = state.late.length;
  const { pending } = countOf(state.entries);
  return (
    <>
      {connection === "login" && <p class="notice notice--warn"><LoginAgain short /></p>}
      {late > 0 && (
        <p class="notice notice--warn">{plural(late, "answer")} arrived after the end. Your teacher reviews {late === 1 ? "it" : "them"} and decides whether to accept {late === 1 ? "it" : "them"}.</p>
      )}
      {pending > 0 && (
        <div class="notice notice--bad" data-testid="undelivered">
          <p><strong>{plural(pending, "answer")} did not reach the server before the end.</strong> {undeliveredText(pending, undeliverable)} Do not clear this browser’s data.</p>
          <SaveFile exam={exam} state={state} />
        </div>
      )}
    </>
  );
}
