import { clockTime } from "../lib/format.js";
import { isDone, isWorking, markOf, nowWords } from "./attention.js";
import { Dialog } from "./dialog.jsx";
import { sentenceOf } from "./kinds.js";
import { Mark } from "./mark.jsx";
import { countdown, nameOf } from "./words.js";

// One student: what is known now, and what was seen, newest first.
export function StudentDialog({ row, events, now, running, onMoreTime, onClose }) {
  const own = events.filter((event) => event.studentId === row.studentId);
  const added = Math.round(row.timeAdded / 60);
  const facts = [
    ["Now", <span class="with-mark"><Mark kind={markOf(row, now)} /> {nowWords(row, now)}</span>],
    row.attemptId && ["Answered", `${row.questionsAnswered} of ${row.totalQuestions}`],
    isWorking(row) && ["Question", row.currentQuestionIndex + 1],
    isWorking(row) && ["Time left", `${countdown(row.expiresAt, now)}${added ? ` (${added} minutes added)` : ""}`],
    row.attemptId && ["Left the page", row.violations === 1 ? "once" : `${row.violations} times`],
    row.pending > 0 && ["Answers not saved yet", row.pending],
    row.lastSeen && !row.connected && ["Last seen", clockTime(row.lastSeen, { seconds: true })],
    isDone(row) && row.receipt && ["Receipt", <code>{row.receipt}</code>],
  ].filter(Boolean);
  return (
    <Dialog title={nameOf(row)} onClose={onClose} wide>
      <dl class="facts">
        {facts.map(([term, value]) => <div key={term}><dt>{term}</dt><dd>{value}</dd></div>)}
      </dl>
      <h3>What was seen</h3>
      {own.length ? (
        <ol class="events__list events__list--short" tabIndex={0} aria-label="Events of this student">
          {own.map((event) => (
            <li key={event.eventId} class="events__item">
              <time dateTime={event.at}>{clockTime(event.at, { seconds: true })}</time> <span>{sentenceOf(event)}</span>
            </li>
          ))}
        </ol>
      ) : (
        <p class="muted">Nothing out of the ordinary.</p>
      )}
      <div class="actions sheet__actions">
        <button type="button" class="button" onClick={onClose} autofocus>Close</button>
        {running && isWorking(row) && <button type="button" class="button button--secondary" onClick={onMoreTime}>More time</button>}
      </div>
    </Dialog>
  );
}
