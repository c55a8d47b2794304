import { dateTime, plural } from "../../lib/format.js";
import { ErrorSummary } from "./dialog.jsx";
import { useAction } from "./hooks.js";
import { StatusIcon } from "./status-icon.jsx";
import { sorted } from "../model/student-list.js";
import { nameOf } from "../model/format.js";

// The page before the start: who is connected, and the button that opens the waiting room or starts the exam.
export function WaitingRoom({ monitor, session, board, rows, usable, onAction }) {
  const waiting = session.status === "waiting";
  const [run, busy, error] = useAction(waiting ? monitor.start : monitor.openWaitingRoom);
  const byName = sorted(rows, 0);
  const connected = byName.filter((row) => row.connected);
  const missing = byName.filter((row) => !row.connected);
  const start = connected.length ? `Start the exam for ${plural(connected.length, "student")}` : "Start the exam";
  const label = waiting ? start : "Open waiting room";
  return (
    <main class="before" id="main">
      <div class="before__what">
        <ErrorSummary error={error} title={waiting ? "The exam was not started" : "The waiting room was not opened"} />
        <dl class="facts">
          <div><dt>Scheduled for</dt><dd>{dateTime(session.scheduledAt)}</dd></div>
          <div><dt>Test</dt><dd><bdi>{session.testTitle}</bdi>, {plural(session.questionCount, "question")}</dd></div>
          <div><dt>Time</dt><dd>{session.durationMinutes} minutes, {session.globalTimer ? "same deadline for everyone" : "individual deadline for each student"}</dd></div>
        </dl>
        <button type="button" class="button button--big" disabled={busy || !usable || (waiting && !connected.length)} onClick={() => run()}>
          {busy ? "One moment…" : label}
        </button>
        <p class="muted">{waiting ? startExplanation(connected.length, missing.length, session.globalTimer) : "Students can then enter. The time does not start yet."}</p>
        {waiting && board.actions.message && (
          <button type="button" class="button button--secondary" disabled={!usable} onClick={() => onAction("message")}>Message all</button>
        )}
      </div>
      <section class="before__who" aria-labelledby="here-title">
        <h2 id="here-title">{waiting ? `Joined: ${connected.length} of ${rows.length}` : plural(rows.length, "student")}</h2>
        {!rows.length && <p class="empty">This class has no students yet. Add students to the class first.</p>}
        <ul class="people">{(waiting ? connected : byName).map((row) => <Person key={row.studentId} row={row} waiting={waiting} />)}</ul>
        {waiting && !connected.length && rows.length > 0 && <p class="empty">Nobody has joined yet. Students open “My exams” and choose this exam.</p>}
        {waiting && missing.length > 0 && (
          <>
            <h2>Not joined yet: {missing.length}</h2>
            <ul class="people">{missing.map((row) => <Person key={row.studentId} row={row} waiting={waiting} />)}</ul>
          </>
        )}
      </section>
    </main>
  );
}

function startExplanation(connected, missing, globalTimer) {
  if (!connected) return "You can start as soon as one student has joined.";
  const begin = "The time starts for everyone who has joined.";
  if (!missing) return begin;
  return `${begin} Others can still join later${globalTimer ? ", with less time" : ""}.`;
}

function Person({ row, waiting }) {
  return (
    <li class="people__item">
      {waiting && <StatusIcon kind={row.connected ? "working" : "absent"} />}
      <span>{nameOf(row)}</span>
      {waiting && <span class="visually-hidden">{row.connected ? "joined" : "not joined yet"}</span>}
    </li>
  );
}
