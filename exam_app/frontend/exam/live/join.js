// Joins the session, or joins again after a disconnection, and adopts the state from the server.
import { elapsed } from "../../lib/clock.js";
import { api } from "../../lib/rest.js";
import { adoptAttempt } from "./adopt.js";
import { goToNewAttempt } from "./reset.js";
import { adoptMessages } from "./messages.js";
import { resumeOffline } from "./offline.js";
import { announce } from "./notices.js";

const AGAIN_MS = 6000;
const EARLY_MS = 20000;
const LOST = new Set(["not_found", "forbidden"]);

/** Joins and adopts the reply. May be called at any time; concurrent calls share one run. */
export function join(exam) {
  exam.joining ??= tryToJoin(exam).finally(() => (exam.joining = null));
  return exam.joining;
}

/** Joins after a random delay, so that a whole class does not join at the same moment. */
export function joinSoon(exam, ms = 300) {
  clearTimeout(exam.joinTimer);
  exam.joinTimer = setTimeout(() => join(exam), ms * (0.5 + Math.random() / 2));
}

async function tryToJoin(exam) {
  clearTimeout(exam.joinTimer);
  if (exam.store.get().phase === "other") return;
  try {
    if (exam.boot.sessionId) await joinSession(exam);
    else if (exam.attemptId) await adoptAttempt(exam, await syncState(exam));
    else exam.store.set({ phase: "gone", problem: "This link does not lead to an exam. Go back to “My exams” and choose one." });
  } catch (error) {
    if (error.isNetwork && exam.store.get().phase === "connecting") await resumeOffline(exam);
    joinFailed(exam, error);
  }
}

async function joinSession(exam) {
  const { sessionId } = exam.boot;
  let { session, attempt, prepared, messages } = exam.socket.connected
    ? await exam.request("session_join", { sessionId }, 8000)
    : await sessionOverRest(exam, sessionId);
  exam.store.set({ session });
  exam.prepared = prepared ?? null;
  if (messages) adoptMessages(exam, messages);
  // Reset while this page was offline: the old attempt has the reason.
  if (exam.queue && attempt && attempt.attemptId !== exam.attemptId) {
    return goToNewAttempt(exam, (await syncState(exam)).begunAnew ?? { newAttemptId: attempt.attemptId });
  }
  if (!attempt && session.status === "in_progress") attempt = await startLate(exam, sessionId);
  if (attempt && attempt.status !== "not_started") return adoptAttempt(exam, attempt);
  if (session.status === "completed") gone(exam, "This exam is over. You did not take part in it.");
  else if (session.status === "cancelled") gone(exam, "This exam was cancelled. Ask your teacher whether there will be another date.");
  else if (["connecting", "gone"].includes(exam.store.get().phase)) exam.store.set({ phase: "waiting", problem: null });
  return undefined;
}

/** Starts the attempt of a student who joins a running session late. */
async function startLate(exam, sessionId) {
  const started = await api("/api/attempts/start", { method: "POST", body: { sessionId } });
  exam.attemptId = started.attemptId ?? started.attempt?.attemptId;
  return syncState(exam);
}

/** The full state of the attempt, over Socket.IO or else over REST. */
export async function syncState(exam) {
  const { attemptId } = exam;
  if (exam.socket.connected) {
    const versions = Object.fromEntries(Object.values(exam.store.get().answers).map((a) => [a.questionId, a.version]));
    return exam.request("state_sync_request", { attemptId, versions }, 8000);
  }
  const sentAt = elapsed();
  const state = await api(`/api/attempts/${encodeURIComponent(attemptId)}/sync`);
  exam.clock.addSample({ sentAt, receivedAt: elapsed(), serverTime: state.serverTime });
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

/** The student may not see this exam, or not any more: nothing of it stays on the page, which asks whether they are back. */
export function accessLost(exam, { message }) {
  if (["closed", "other"].includes(exam.store.get().phase)) return;
  exam.prepared = null;
  exam.store.set({ phase: "gone", problem: message, attempt: null, locked: false });
  announce(exam, message);
  joinSoon(exam, AGAIN_MS);
}

/** Whoever opens the page before the waiting room waits here. */
function tooEarly(exam) {
  exam.store.set({ phase: "gone", problem: "This exam is not open yet. Keep this page open: it continues automatically when your teacher opens the waiting room." });
  joinSoon(exam, EARLY_MS);
}

function joinFailed(exam, error) {
  const { phase, locked } = exam.store.get();
  if (error.needsLogin) exam.store.set({ connection: "login" });
  if (LOST.has(error.code)) return phase === "gone" ? joinSoon(exam, AGAIN_MS) : accessLost(exam, error);
  if (error.code === "session_not_joinable" && error.details.status === "scheduled") return tooEarly(exam);
  const final = ["session_not_joinable", "not_eligible"].includes(error.code);
  if (final && (phase === "connecting" || phase === "waiting")) return gone(exam, error.message);
  if (!("code" in error)) console.error(error);
  if (["connecting", "waiting", "gone"].includes(phase) || locked) joinSoon(exam, AGAIN_MS);
  return undefined;
}
