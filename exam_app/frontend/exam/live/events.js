// Events of the server. Events may be missed, so the page requests the full state whenever it reconnects.
import { isolated } from "../../lib/direction.js";
import { newestEvent } from "../model/timing.js";
import { applyDeferred, applyAnswers } from "./adopt.js";
import { goToNewAttempt } from "./reset.js";
import { close } from "./close.js";
import { conflictsChanged } from "./conflicts.js";
import { applyDeadline, warnOnce } from "./deadline.js";
import { accessLost, join, joinSoon } from "./join.js";
import { helpResolved } from "./help.js";
import { receiveMessage } from "./messages.js";
import { setPaused } from "./pause.js";
import { attemptReopened } from "./reopen.js";
import { sessionStarted } from "./start.js";
import { announce, notify } from "./notices.js";

export function listen(exam) {
  const on = (event, handler) => exam.socket.on(event, (data) => handler(exam, data ?? {}));
  const ours = (event, handler) =>
    on(event, (_exam, data) => {
      if (!data.attemptId || data.attemptId === exam.attemptId) handler(exam, data);
    });

  on("session_waiting", () => joinSoon(exam));
  on("session_started", sessionStarted);
  on("session_completed", () => joinSoon(exam));
  on("session_cancelled", () => join(exam));
  ours("time_warning", (_exam, { minutesLeft, expiresAt }) => warnOnce(exam, minutesLeft, expiresAt));
  ours("deadline_changed", deadlineChanged);
  ours("attempt_paused", paused);
  ours("attempt_resumed", (_exam, { expiresAt, serverTime }) => {
    exam.timedAt = newestEvent(exam.timedAt, serverTime);
    // The new deadline is part of the resume notice, not a time extension of its own.
    exam.store.set((state) => ({ ...state, attempt: state.attempt && { ...state.attempt, expiresAt } }));
    setPaused(exam, false);
    notify(exam, { kind: "info", title: "The exam has resumed.", text: "Your deadline was moved by the length of the pause." });
    join(exam).then(() => exam.queue?.flush());
  });
  ours("attempt_closed", (_exam, data) => (data.newAttemptId ? goToNewAttempt(exam, data) : close(exam, data)));
  ours("attempt_reopened", attemptReopened);
  ours("result_released", () => {
    exam.store.set({ released: true });
    announce(exam, "Your result is ready.");
  });
  ours("answers_changed", answersChanged);
  ours("conflicts_changed", conflictsChanged);
  on("access_changed", accessLost);
  on("message", receiveMessage);
  ours("help_resolved", helpResolved);
}

function deadlineChanged(exam, { expiresAt, secondsAdded, reason, serverTime }) {
  exam.timedAt = newestEvent(exam.timedAt, serverTime);
  const before = exam.store.get().attempt?.expiresAt;
  if (expiresAt === before) return;
  applyDeadline(exam, { expiresAt, before, secondsAdded, reason });
}

function paused(exam, { reason, serverTime }) {
  exam.timedAt = newestEvent(exam.timedAt, serverTime);
  setPaused(exam, true, reason);
  announce(exam, ["Your exam is paused. The timer is stopped.", isolated(reason ?? "")].filter(Boolean).join(" "));
  exam.queue?.flush();
}

function answersChanged(exam, { answers = [], version }) {
  exam.version = Math.max(exam.version, version ?? 0);
  applyAnswers(exam, answers, { fromOtherDevice: true });
  if (!exam.typing && !exam.queue?.pending.length) applyDeferred(exam);
}
