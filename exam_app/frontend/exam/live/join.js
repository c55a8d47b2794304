// Coming in, and coming back: joins the room and takes up the state the server tells.
import { api } from "../../lib/rest.js";
import { adoptAttempt } from "./adopt.js";
import { moveOn } from "./reset.js";
import { adoptMessages } from "./messages.js";
import { goOnFromDevice } from "./offline.js";

/** Joins, and adopts what comes back. Safe to call at any time; calls at the same time share one run. */
export function enter(exam) {
  exam.entering ??= tryToEnter(exam).finally(() => (exam.entering = null));
  return exam.entering;
}

/** Later, unless it has happened by then. Spread out, so that a class does not knock at one moment. */
export function enterSoon(exam, ms = 300) {
  clearTimeout(exam.enterTimer);
  exam.enterTimer = setTimeout(() => enter(exam), ms * (0.5 + Math.random() / 2));
}

async function tryToEnter(exam) {
  clearTimeout(exam.enterTimer);
  try {
    if (exam.boot.sessionId) await enterSession(exam);
    else if (exam.attemptId) await adoptAttempt(exam, await syncState(exam));
    else exam.store.set({ phase: "gone", problem: "This address leads to no exam. Go back to your exams and choose one." });
  } catch (error) {
    if (error.isNetwork && exam.store.get().phase === "connecting") await goOnFromDevice(exam);
    failed(exam, error);
  }
}

async function enterSession(exam) {
  const { sessionId } = exam.boot;
  let { session, attempt, prepared, messages } = exam.socket.connected
    ? await exam.request("session_join", { sessionId }, 8000)
    : await sessionOverRest(exam, sessionId);
  exam.store.set({ session });
  exam.prepared = prepared ?? null;
  if (messages) adoptMessages(exam, messages);
  // Begun anew while this page was away: the old attempt says why.
  if (exam.queue && attempt && attempt.attemptId !== exam.attemptId) {
    return moveOn(exam, (await syncState(exam)).begunAnew ?? { newAttemptId: attempt.attemptId });
  }
  if (!attempt && session.status === "in_progress") attempt = await startLate(exam, sessionId);
  if (attempt && attempt.status !== "not_started") return adoptAttempt(exam, attempt);
  if (session.status === "completed") gone(exam, "This exam is over. You did not take part in it.");
  else if (session.status === "cancelled") gone(exam, "This exam was cancelled. Ask your teacher whether there will be another date.");
  else if (exam.store.get().phase === "connecting") exam.store.set({ phase: "waiting" });
  return undefined;
}

/** The session runs and there is no attempt yet: this student comes late. */
async function startLate(exam, sessionId) {
  const started = await api("/api/attempts/start", { method: "POST", body: { sessionId } });
  exam.attemptId = started.attemptId ?? started.attempt?.attemptId;
  return syncState(exam);
}

/** The whole state of the attempt, by whichever door is open. */
export async function syncState(exam) {
  const { attemptId } = exam;
  if (exam.socket.connected) {
    const versions = Object.fromEntries(Object.values(exam.store.get().answers).map((a) => [a.questionId, a.version]));
    return exam.request("state_sync_request", { attemptId, versions }, 8000);
  }
  const sentAt = Date.now();
  const state = await api(`/api/attempts/${encodeURIComponent(attemptId)}/sync`);
  exam.clock.addSample({ sentAt, receivedAt: Date.now(), serverTime: state.serverTime });
  return state;
}

async function sessionOverRest(exam, sessionId) {
  const { sessions } = await api("/api/sessions/my-sessions");
  const session = sessions.find((one) => String(one.sessionId) === String(sessionId));
  if (!session) return { session: await api(`/api/sessions/${encodeURIComponent(sessionId)}`), attempt: null };
  if (!session.attempt) return { session, attempt: null };
  exam.attemptId = session.attempt.attemptId;
  return { session, attempt: await syncState(exam) };
}

function gone(exam, problem) {
  exam.store.set({ phase: "gone", problem });
}

function failed(exam, error) {
  const { phase } = exam.store.get();
  if (error.needsLogin) exam.store.set({ connection: "login" });
  const final = ["not_found", "forbidden", "session_not_joinable", "not_eligible"].includes(error.code);
  if (final && (phase === "connecting" || phase === "waiting")) return gone(exam, error.message);
  if (!("code" in error)) console.error(error);
  if (phase === "connecting" || phase === "waiting" || exam.store.get().locked) enterSoon(exam, 6000);
  return undefined;
}
