import { useEffect, useState } from "preact/hooks";
import { isolated } from "../../lib/direction.js";
import { clockTime } from "../../lib/format.js";
import { ACTIONS, possibleIn, targetsOf } from "../model/actions.js";
import { AlertList } from "./alerts.jsx";
import { isDone, isWorking, iconOf, statusText, timeLeftOf } from "../model/student-status.js";
import { mergeEvents } from "../model/board.js";
import { Dialog, ErrorSummary } from "./dialog.jsx";
import { EventFeed } from "./event-feed.jsx";
import { Connections, TimeAdjustments, Highlights, Reopenings, Saves } from "./student-history.jsx";
import { StatusIcon } from "./status-icon.jsx";
import { countdown, nameOf, requestText } from "../model/format.js";

// One student: the current status, the possible actions and the history.
export function StudentDrawer({ row, board, monitor, now, usable, onAction, onResolve, onClose }) {
  const [details, error] = useDetails(monitor, row);
  const own = board.events.filter((event) => event.studentId === row.studentId);
  const events = mergeEvents(details?.timeline ?? [], own);
  const alerts = board.alerts.filter((alert) => alert.studentId === row.studentId);
  const requests = board.requests.filter((request) => request.studentId === row.studentId);
  return (
    <Dialog title={nameOf(row)} onClose={onClose} css="drawer" head={<button type="button" class="button button--secondary button--small" onClick={onClose} autofocus>Close</button>}>
      <Facts row={row} now={now} lastSavedAt={details?.attempt.lastSavedAt} />
      <Actions row={row} actions={possibleIn(board.session, board.actions)} usable={usable} onAction={onAction} />
      {requests.map((request) => (
        <p key={request.requestId} class="notice notice--warn drawer__request">
          <span>{requestText(request)}{request.text && <>: <q>{request.text}</q></>}</span>
          <button type="button" class="button button--small" disabled={!usable} onClick={() => onResolve("request", request)}>Resolve</button>
        </p>
      ))}
      {alerts.length > 0 && (
        <section>
          <h3>Alerts</h3>
          <AlertList alerts={alerts} usable={usable} onResolve={onResolve} />
        </section>
      )}
      <ErrorSummary error={error} title="The history could not be loaded" />
      <section>
        <h3>Activity log</h3>
        <EventFeed events={events} label={`Activity log of ${isolated(nameOf(row))}`} emptyText="No activity yet." />
      </section>
      {details && (
        <>
          <Reopenings reopenings={details.reopenings ?? []} />
          <Saves saves={details.saves} />
          <Highlights highlights={details.highlights ?? []} />
          <TimeAdjustments adjustments={details.timeAdjustments ?? []} />
          <Connections connections={details.connections ?? []} />
        </>
      )}
    </Dialog>
  );
}

function Facts({ row, now, lastSavedAt }) {
  const added = Math.round(row.timeAdded / 60);
  const facts = [
    ["Status", <span class="with-mark"><StatusIcon kind={iconOf(row, now)} /> {statusText(row, now)}</span>],
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

function Actions({ row, actions, usable, onAction }) {
  const possible = Object.keys(ACTIONS).filter((name) => actions[name] && targetsOf(name, [row]).included.length);
  if (!possible.length) return null;
  return (
    <div class="actions" role="group" aria-label={`Actions for ${isolated(nameOf(row))}`}>
      {possible.map((name) => (
        <button key={name} type="button" class={`button button--small ${ACTIONS[name].danger ? "button--danger" : "button--secondary"}`} disabled={!usable} onClick={() => onAction(name)}>
          {ACTIONS[name].label}
        </button>
      ))}
    </div>
  );
}

// Fetched again when something changes that events do not carry in full.
function useDetails(monitor, row) {
  const [found, setFound] = useState({ details: null, error: null });
  useEffect(() => {
    if (!row.attemptId) return undefined;
    let active = true;
    monitor.detailsOf(row.attemptId).then(
      (details) => active && setFound({ details, error: null }),
      (error) => active && setFound((before) => ({ ...before, error })),
    );
    return () => {
      active = false;
    };
  }, [row.attemptId, row.status, row.timeAdded, row.highlights, row.questionsAnswered, row.connected]);
  return [found.details, found.error];
}
