import { useEffect, useState } from "preact/hooks";
import { timeOfDay } from "../../lib/clock.js";
import { storageWorks } from "../../lib/device.js";
import { dateTime, plural, pointsText } from "../../lib/format.js";
import { Dock } from "./dock.jsx";
import { Icon } from "./icons.jsx";
import { LoginAgain } from "./status-pages.jsx";

/** The waiting room: the student, the exam and the device check. The exam opens automatically at the start. */
export function Waiting({ exam, state }) {
  const { session } = state;
  const { firstName, lastName } = exam.boot.user;
  return (
    <main class="plain" data-testid="waiting-room">
      <p class="plain__over">Waiting room{session.className && <> · <bdi>{session.className}</bdi></>}</p>
      <h1>{session.title}</h1>
      <p class="plain__lead">
        {session.status === "scheduled" && session.scheduledAt ? <>Scheduled for <time dateTime={session.scheduledAt}>{dateTime(session.scheduledAt)}</time>. </> : null}
        <strong>The exam opens on this page automatically when your teacher starts it.</strong>
      </p>
      <section>
        <h2>Your name</h2>
        <p><bdi>{[firstName, lastName].filter(Boolean).join(" ")}</bdi>. <span class="muted">Not you? Go back to <a href={exam.boot.homeUrl}>my exams</a> and sign out.</span></p>
      </section>
      <section>
        <h2>About this exam</h2>
        <p>{plural(session.questionCount, "question")}, {plural(session.durationMinutes, "minute")}, {pointsText(session.totalPoints)}.
          {session.globalTimer ? " The time starts for everyone at the same moment." : " Your time starts when you begin."}</p>
        {session.instructions && <p class="instructions">{session.instructions}</p>}
        <p>Your answers are saved automatically. When the time is up, they are handed in automatically.</p>
      </section>
      <Checks exam={exam} state={state} />
      <Dock exam={exam} state={state} />
    </main>
  );
}

function Checks({ exam, state }) {
  const storage = useStorageCheck();
  useEverySecond(); // the clock estimate improves while the page waits
  const { connection } = state;
  const connected = connection === "connected";
  return (
    <section>
      <h2>Device check</h2>
      <ul class="readiness-list" aria-label="Device check">
        {connection === "login" ? <Check ok={false}>You are signed out. <LoginAgain short /></Check>
          : <Check ok={connected}>{connected ? "The connection works." : "No connection at the moment. Check the network of this device; the page continues automatically."}</Check>}
        <Check ok={exam.clock.known} waiting={!exam.clock.known}>{clockText(exam.clock)}</Check>
        <Check ok={storage !== false} waiting={storage === null}>
          {storage === null ? "Checking the storage of this browser…"
            : storage ? "This browser can store your answers, even if the connection is lost or the page is reloaded."
              : "This browser cannot store answers, perhaps because this is a private window. They are still sent at once, but a normal window is safer."}
        </Check>
      </ul>
    </section>
  );
}

function clockText(clock) {
  if (!clock.known) return "Checking the clock of this device…";
  const ahead = clock.aheadOf(timeOfDay());
  const seconds = Math.round(Math.abs(ahead) / 1000);
  if (seconds < 2) return "The clock of this device is correct.";
  const size = seconds < 120 ? plural(seconds, "second") : plural(Math.round(seconds / 60), "minute");
  return `The clock of this device is ${size} ${ahead > 0 ? "slow" : "fast"}. This does not matter: the page uses the server’s time.`;
}

function Check({ ok, waiting = false, children }) {
  return (
    <li class={`readiness ${waiting ? "" : ok ? "readiness--ok" : "readiness--bad"}`}>
      <Icon name={waiting ? "saving" : ok ? "saved" : "alert"} /> <span>{children}</span>
    </li>
  );
}

function useStorageCheck() {
  const [works, setWorks] = useState(null);
  useEffect(() => {
    storageWorks().then(setWorks);
  }, []);
  return works;
}

function useEverySecond() {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
}
