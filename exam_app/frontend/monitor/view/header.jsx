import { zoneName } from "../../lib/format.js";
import { countRows } from "../model/student-status.js";
import { SESSION_STATES, countdown } from "../model/format.js";

export function Header({ boot, session, rows, now }) {
  const counts = countRows(rows, now);
  const running = session.status === "in_progress";
  return (
    <header class="monitor-head">
      <div class="monitor-head__names">
        <a class="monitor-head__back" href={boot.homeUrl}><span aria-hidden="true">‹ </span>Sessions</a>
        <h1 class="monitor-head__title">{session.title}</h1>
        <span class="monitor-head__class">{session.className}</span>
        <span class={`state state--${session.pausedAt ? "paused" : session.status}`}>{session.pausedAt ? "Paused" : SESSION_STATES[session.status]}</span>
      </div>
      <ul class="counts" aria-label="Students">
        {figures(session.status, counts).map(([amount, label, status]) => (
          <li key={label} class={status && amount ? `counts__item counts__item--${status}` : "counts__item"}>
            <b>{amount}</b> {label}
          </li>
        ))}
      </ul>
      {running && session.expiresAt && (
        <p class="monitor-head__time" title={`Times on this page: ${zoneName()}`}>
          <span class="monitor-head__label">Time left</span>
          <span role="timer" aria-live="off">{countdown(Date.parse(session.expiresAt) - (session.pausedAt ? Date.parse(session.pausedAt) : now))}</span>
        </p>
      )}
    </header>
  );
}

function figures(status, counts) {
  if (status === "scheduled" || status === "waiting") {
    return [[counts.connected, "joined"], [counts.enrolled - counts.connected, "not joined yet"]];
  }
  if (status !== "in_progress") {
    return [[counts.done, "handed in"], [counts.enrolled - counts.done, "did not hand in"]];
  }
  const list = [
    [counts.connected, "connected"],
    [counts.offline, "offline", "bad"],
    [counts.notSaving, "not saving", "bad"],
    [counts.away, "away", "warn"],
    [counts.done, "handed in"],
  ];
  if (counts.paused) list.splice(1, 0, [counts.paused, "paused", "warn"]);
  if (counts.absent) list.push([counts.absent, "absent"]);
  return list;
}
