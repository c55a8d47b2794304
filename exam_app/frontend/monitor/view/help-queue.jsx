import { clockTime } from "../../lib/format.js";
import { Mark } from "./status-icon.jsx";
import { requestWords, stopwatch } from "../model/format.js";

// Raised hands and reported questions, oldest first. Nothing is here while nobody asks.
export function Queue({ requests, now, usable, canMessage, onSettle, onAnswer, onOpen }) {
  if (!requests.length) return null;
  return (
    <section class="queue" aria-labelledby="queue-title">
      <h2 id="queue-title" class="queue__title">
        <Mark kind="help" /> {requests.length === 1 ? "1 student waits for you" : `${requests.length} requests wait for you`}
      </h2>
      <ol class="queue__list" tabIndex={0} aria-labelledby="queue-title">
        {requests.map((request) => (
          <li key={request.requestId} class="queue__item">
            <p class="queue__what">
              <button type="button" class="link-button queue__name" onClick={() => onOpen(request.studentId)}>{request.studentName}</button>{" "}
              {requestWords(request)}{request.text && <>: <q>{request.text}</q></>}
            </p>
            <time class="queue__since" dateTime={request.createdAt} title={`since ${clockTime(request.createdAt, { seconds: true })}`}>
              waits {stopwatch(now - Date.parse(request.createdAt))}
            </time>
            <span class="queue__actions">
              {canMessage && (
                <button type="button" class="button button--secondary button--small" disabled={!usable} aria-label={`Answer ${request.studentName} with a message`} onClick={() => onAnswer(request)}>
                  Answer with a message
                </button>
              )}
              <button type="button" class="button button--small" disabled={!usable} aria-label={`Settle: ${request.studentName} ${requestWords(request)}`} onClick={() => onSettle(request)}>
                Settle
              </button>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
