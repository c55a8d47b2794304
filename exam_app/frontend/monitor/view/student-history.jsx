import { isolated } from "../../lib/direction.js";
import { addedTimeText, clockTime, dateTime, plural } from "../../lib/format.js";

// Parts of a student's history that the activity log does not show in full.

export function Saves({ saves }) {
  if (!saves?.total) return null;
  const { total, latest } = saves;
  return (
    <section>
      <h3>Saved answers</h3>
      {total > latest.length && <p class="muted">The latest {latest.length} of {total} saves.</p>}
      <ol class="notes notes--short" tabIndex={0} aria-label="Saved answers">
        {latest.map(({ at, questions, changes, late }) => (
          <li key={at} class="notes__item">
            <p class="notes__head">
              <strong>{questions.length === 1 ? "Question" : "Questions"} {questions.join(", ")}</strong>
              {changes > 1 && <span class="muted">{changes} changes</span>}
              {late && <span class="muted">late, for review</span>}
              <Time at={at} />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Highlights({ highlights }) {
  if (!highlights.length) return null;
  return (
    <section>
      <h3>Highlights</h3>
      <ol class="notes notes--short" tabIndex={0} aria-label="Highlights">
        {highlights.map(({ highlightId, passageTitle, text, at, removedAt }) => (
          <li key={highlightId} class="notes__item">
            <p class="notes__head"><span class="muted">{passageTitle}</span><Time at={at} /></p>
            <p>{removedAt ? <del>{text}</del> : <mark>{text}</mark>}{removedAt && <span class="muted"> removed at {clockTime(removedAt)}</span>}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What was handed in before the attempt was reopened; the receipts can still be checked. */
export function Reopenings({ reopenings }) {
  if (!reopenings.length) return null;
  return (
    <section>
      <h3>Earlier submissions</h3>
      <ol class="notes" aria-label="Earlier submissions">
        {reopenings.map(({ number, submittedAt, receipt, questionsAnswered, reopenedAt, reopenedBy, reason }) => (
          <li key={number} class="notes__item">
            <p class="notes__head"><code>{receipt}</code><span class="muted">{plural(questionsAnswered, "answer")}</span><Time at={submittedAt} /></p>
            <p>Reopened at {clockTime(reopenedAt)} by <bdi>{reopenedBy.name}</bdi>: <bdi>{reason}</bdi></p>
          </li>
        ))}
      </ol>
    </section>
  );
}

const KINDS = { accommodation: "Accommodation", extension: "More time", pause: "Pause", outage_credit: "Credit for an outage", reopening: "Reopened" };

export function TimeAdjustments({ adjustments }) {
  if (!adjustments.length) return null;
  return (
    <section>
      <h3>Time adjustments</h3>
      <ol class="notes" aria-label="Time adjustments">
        {adjustments.map(({ kind, seconds, reason, grantedBy, at }) => (
          <li key={`${at} ${kind} ${seconds}`} class="notes__item">
            <p class="notes__head"><strong>{addedTimeText(seconds)}</strong><span class="muted">{KINDS[kind] ?? kind}{grantedBy && `, ${isolated(grantedBy.name)}`}</span><Time at={at} /></p>
            {reason && <p>{reason}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Connections({ connections }) {
  if (!connections.length) return null;
  return (
    <section>
      <h3>Connections</h3>
      <ol class="notes" aria-label="Connections">
        {connections.map(({ address, userAgent, since }) => (
          <li key={`${address} ${userAgent}`} class="notes__item">
            <p class="notes__head"><strong>{address}</strong><span class="muted">since</span><Time at={since} /></p>
            <p class="muted">{userAgent}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

const Time = ({ at }) => <time dateTime={at} title={dateTime(at)}>{clockTime(at, { seconds: true })}</time>;
