import { clockTime, dateTime } from "../../lib/format.js";
import { isOpen } from "../model/inbox.js";
import { StatusIcon } from "./status-icon.jsx";

const STATES = { acknowledged: "Acknowledged", dismissed: "Dismissed" };

// The integrity alerts: the evidence as text, and their resolution. Open alerts first.
export function AlertList({ alerts, usable, onResolve, onOpen }) {
  if (!alerts.length) return <p class="empty">No alerts. The integrity rules of this test have found nothing unusual.</p>;
  const listed = [...alerts.filter(isOpen), ...alerts.filter((alert) => !isOpen(alert))];
  return (
    <ol class="notes" tabIndex={0} aria-label="Alerts">
      {listed.map((alert) => (
        <li key={alert.alertId} class={isOpen(alert) ? "notes__item notes__item--open" : "notes__item"}>
          <p class="notes__head">
            {isOpen(alert) && <StatusIcon kind="alert" />}
            {onOpen && <button type="button" class="link-button notes__name" onClick={() => onOpen(alert.studentId)}>{alert.studentName}</button>}
            <time dateTime={alert.raisedAt} title={dateTime(alert.raisedAt)}>{clockTime(alert.raisedAt, { seconds: true })}</time>
          </p>
          <p>{alert.text}</p>
          {isOpen(alert) ? (
            <p class="notes__actions">
              <button type="button" class="button button--secondary button--small" disabled={!usable} aria-label={`Acknowledge: ${alert.text}`} onClick={() => onResolve("acknowledge", alert)}>Acknowledge</button>
              <button type="button" class="button button--quiet button--small" disabled={!usable} aria-label={`Dismiss: ${alert.text}`} onClick={() => onResolve("dismiss", alert)}>Dismiss</button>
            </p>
          ) : (
            <p class="muted">{STATES[alert.state]}{alert.resolvedBy && <> by <bdi>{alert.resolvedBy}</bdi></>}{alert.note && <>: <bdi>{alert.note}</bdi></>}</p>
          )}
        </li>
      ))}
    </ol>
  );
}
