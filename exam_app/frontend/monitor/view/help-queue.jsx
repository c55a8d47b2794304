import { isolated } from "../../lib/direction.js";
import { clockTime, plural } from "../../lib/format.js";
import { StatusIcon } from "./status-icon.jsx";
import { requestText, stopwatch } from "../model/format.js";

// Open help requests, oldest first; nothing while there are none.
export function HelpQueue({ requests, now, usable, canMessage, onResolve, onAnswer, onOpen }) {
  if (!requests.length) return null;
  return (
    <section class="queue" aria-labelledby="queue-title">
      <h2 id="queue-title" class="queue__title">
        <StatusIcon kind="help" /> {plural(requests.length, "open help request")}
      </h2>
      <ol class="queue__list" tabIndex={0} aria-labelledby="queue-title">
        {requests.map((request) => (
          <li key={request.requestId} class="queue__item">
            <p class="queue__what">
              <button type="button" class="link-button queue__name" onClick={() => onOpen(request.studentId)}>{request.studentName}</button>{" "}
              {requestText(request)}{request.text && <>: <q>{request.text}</q></>}
            </p>
            <time class="queue__since" dateTime={request.createdAt} title={`since ${clockTime(request.createdAt, { seconds: true })}`}>
              waiting {stopwatch(now - Date.parse(request.createdAt))}
            </time>
            <span class="queue__actions">
              {canMessage && (
                <button type="button" class="button button--secondary button--small" disabled={!usable} aria-label={`Answer ${isolated(request.studentName)} with a message`} onClick={() => onAnswer(request)}>
                  Answer with a message
                </button>
              )}
              <button type="button" class="button button--small" disabled={!usable} aria-label={`Resolve: ${isolated(request.studentName)} ${requestText(request)}`} onClick={() => onResolve(request)}>
                Resolve
              </button>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
