import { useEffect, useState } from "preact/hooks";
import { clockTime } from "../../lib/format.js";
import { ACTIONS, targetsOf } from "../model/actions.js";
import { AlertList } from "./alerts.jsx";
import { isDone, isWorking, markOf, nowWords, timeLeftOf } from "../model/student-status.js";
import { mergeEvents } from "../model/board.js";
import { Dialog, Problem } from "./dialog.jsx";
import { EventFeed } from "./event-feed.jsx";
import { Connections, Ledger, MarkedText, Saves } from "./student-history.jsx";
import { Mark } from "./status-icon.jsx";
import { countdown, nameOf, requestWords } from "../model/format.js";

// One student: what is known now, what a proctor can do, and everything that was seen.
export function StudentDrawer({ row, board, live, now, usable, running, onAct, onSettle, onClose }) {
  const [details, error] = useDetails(live, row);
  const own = board.events.filter((event) => event.studentId === row.studentId);
  const events = mergeEvents(details?.timeline ?? [], own);
  const alerts = board.alerts.filter((alert) => alert.studentId === row.studentId);
  const requests = board.requests.filter((request) => request.studentId === row.studentId);
  return (
    <Dialog title={nameOf(row)} onClose={onClose} css="drawer" head={<button type="button" class="button button--secondary button--small" onClick={onClose} autofocus>Close</button>}>
      <Facts row={row} now={now} lastSavedAt={details?.attempt.lastSavedAt} />
      {running && <Actions row={row} actions={board.actions} usable={usable} onAct={onAct} />}
      {requests.map((request) => (
        <p key={request.requestId} class="notice notice--warn drawer__request">
          <span>{requestWords(request)}{request.text && <>: <q>{request.text}</q></>}</span>
          <button type="button" class="button button--small" disabled={!usable} onClick={() => onSettle("request", request)}>Settle</button>
        </p>
      ))}
      {alerts.length > 0 && (
        <section>
          <h3>What the rules noticed</h3>
          <AlertList alerts={alerts} usable={usable} onSettle={onSettle} />
        </section>
      )}
      <Problem error={error} title="The history could not be loaded" />
      <section>
        <h3>What was seen</h3>
        <EventFeed events={events} label={`Events of ${nameOf(row)}`} nothing="Nothing out of the ordinary." />
      </section>
      {details && (
        <>
          <Saves saves={details.saves} />
          <MarkedText highlights={details.highlights ?? []} />
          <Ledger adjustments={details.timeAdjustments ?? []} />
          <Connections connections={details.connections ?? []} />
        </>
      )}
    </Dialog>
  );
}

function Facts({ row, now, lastSavedAt }) {
  const added = Math.round(row.timeAdded / 60);
  const facts = [
    ["Now", <span class="with-mark"><Mark kind={markOf(row, now)} /> {nowWords(row, now)}</span>],
    row.attemptId && ["Answered", `${row.questionsAnswered} of ${row.totalQuestions}`],
    isWorking(row) && ["Question", row.currentQuestionIndex + 1],
    isWorking(row) && ["Time left", `${countdown(timeLeftOf(row, now))}${added ? ` (${added} minutes added)` : ""}`],
    row.multiplier !== 1 && ["Accommodation", `${row.multiplier} times the time`],
    row.attemptId && ["Left the page", row.violations === 1 ? "once" : `${row.violations} times`],
    lastSavedAt && ["Last save", clockTime(lastSavedAt, { seconds: true })],
    row.pending > 0 && ["Answers not saved yet", row.pending],
    row.lastSeen && !row.connected && ["Last seen", clockTime(row.lastSeen, { seconds: true })],
    isDone(row) && row.receipt && ["Receipt", <code>{row.receipt}</code>],
  ].filter(Boolean);
  return <dl class="facts drawer__facts">{facts.map(([term, value]) => <div key={term}><dt>{term}</dt><dd>{value}</dd></div>)}</dl>;
}

function Actions({ row, actions, usable, onAct }) {
  const possible = Object.keys(ACTIONS).filter((name) => actions[name] && targetsOf(name, [row]).hit.length);
  if (!possible.length) return null;
  return (
    <div class="actions" role="group" aria-label={`Actions for ${nameOf(row)}`}>
      {possible.map((name) => (
        <button key={name} type="button" class={`button button--small ${ACTIONS[name].danger ? "button--danger" : "button--secondary"}`} disabled={!usable} onClick={() => onAct(name)}>
          {ACTIONS[name].label}
        </button>
      ))}
    </div>
  );
}

// Asked for again when something changes that events do not tell in full.
function useDetails(live, row) {
  const [found, setFound] = useState({ details: null, error: null });
  useEffect(() => {
    if (!row.attemptId) return undefined;
    let wanted = true;
    live.detailsOf(row.attemptId).then(
      (details) => wanted && setFound({ details, error: null }),
      (error) => wanted && setFound((before) => ({ ...before, error })),
    );
    return () => {
      wanted = false;
    };
  }, [row.attemptId, row.status, row.timeAdded, row.highlights, row.questionsAnswered, row.connected]);
  return [found.details, found.error];
}
