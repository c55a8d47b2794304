// "I am here": every ten seconds, and at once when the page is left or comes back.

const DONE = new Set(["submitted", "expired", "graded", "cancelled"]);

export function startHeartbeat(exam) {
  const every = (exam.boot.heartbeatSeconds ?? 10) * 1000;
  const next = () => {
    exam.beatTimer = setTimeout(async () => {
      await beat(exam);
      next();
    }, every * (0.9 + Math.random() / 5));
  };
  next();
}

/** Quick extra beats after a start: the clock's estimate needs a few round trips. */
export function warmUp(exam) {
  for (const ms of [300, 1200]) setTimeout(() => beat(exam), ms);
}

export async function beat(exam) {
  if (!exam.socket?.connected) return;
  const { phase, attempt } = exam.store.get();
  const about = exam.attemptId ? { attemptId: exam.attemptId } : {};
  if (exam.boot.sessionId) about.sessionId = exam.boot.sessionId;
  if (!about.attemptId && !about.sessionId) return;
  try {
    const reply = await exam.request("heartbeat", {
      ...about,
      seq: ++exam.seq,
      visible: document.visibilityState === "visible",
      focused: document.hasFocus(),
      pending: exam.queue?.pending.length ?? 0,
      ...(attempt?.expiresAt && { expiresAt: attempt.expiresAt }), // the deadline that the student sees
    });
    if (phase === "exam") compare(exam, reply);
    else if (phase === "waiting" && differs(exam, reply.sessionStatus)) exam.comeBack(400);
    exam.missedBeats = 0;
  } catch (error) {
    if (error.code !== "timeout") return; // the connection's own state says what is wrong
    exam.store.set({ unreachable: true });
    exam.missedBeats = (exam.missedBeats ?? 0) + 1;
    if (exam.missedBeats >= 2) exam.socket.restart(); // half-open: do not wait for the ping to notice
  }
}

/** The start, or the end, was told while this page could not hear it. */
function differs(exam, sessionStatus) {
  return sessionStatus && sessionStatus !== exam.store.get().session?.status;
}

/** A beat that tells something the page does not know means that an event was missed. */
function compare(exam, reply) {
  const { attempt, paused, locked } = exam.store.get();
  if (!attempt || !reply.status) return;
  const ended = DONE.has(reply.status);
  const pauseDiffers = (reply.status === "paused") !== paused;
  const timeDiffers = reply.expiresAt !== undefined && reply.expiresAt !== attempt.expiresAt;
  const newer = reply.version > exam.version && !exam.queue.pending.length && !exam.typing;
  if ((ended && !locked) || pauseDiffers || timeDiffers || newer) exam.comeBack(200);
}
