// The heartbeat: every ten seconds, and at once when the page is hidden or visible again.

const OPEN = new Set(["in_progress", "paused"]);
const DONE = new Set(["submitted", "expired", "graded", "cancelled"]);

export function startHeartbeat(exam) {
  const every = (exam.boot.heartbeatSeconds ?? 10) * 1000;
  const next = () => {
    exam.heartbeatTimer = setTimeout(async () => {
      await sendHeartbeat(exam);
      next();
    }, every * (0.9 + Math.random() / 5));
  };
  next();
}

/** Extra heartbeats after connecting: the clock estimate needs a few round trips. */
export function warmUp(exam) {
  for (const ms of [300, 1200]) setTimeout(() => sendHeartbeat(exam), ms);
}

export async function sendHeartbeat(exam) {
  if (!exam.socket?.connected) return;
  const { phase, attempt } = exam.store.get();
  const ids = exam.attemptId ? { attemptId: exam.attemptId } : {};
  if (exam.boot.sessionId) ids.sessionId = exam.boot.sessionId;
  if (!ids.attemptId && !ids.sessionId) return;
  try {
    const reply = await exam.request("heartbeat", {
      ...ids,
      seq: ++exam.seq,
      visible: document.visibilityState === "visible",
      focused: document.hasFocus(),
      pending: exam.queue?.pending.length ?? 0,
      ...(attempt?.expiresAt && { expiresAt: attempt.expiresAt }), // the deadline that the page displays
    });
    if (phase === "exam") resyncIfBehind(exam, reply);
    else if (phase === "closed" && OPEN.has(reply.status)) exam.resync(200); // it missed that the attempt was reopened
    else if (phase === "waiting" && sessionChanged(exam, reply.sessionStatus)) exam.resync(400);
    exam.missedHeartbeats = 0;
  } catch (error) {
    if (phase === "waiting" && ["not_found", "forbidden"].includes(error.code)) exam.resync(0); // it missed that access was revoked
    if (error.code !== "timeout") return; // the connection state already shows the problem
    exam.store.set({ unreachable: true });
    exam.missedHeartbeats = (exam.missedHeartbeats ?? 0) + 1;
    if (exam.missedHeartbeats >= 2) exam.socket.restart(); // half-open: do not wait for the ping timeout
  }
}

/** The page missed the event that the session started or ended. */
function sessionChanged(exam, sessionStatus) {
  return sessionStatus && sessionStatus !== exam.store.get().session?.status;
}

/** A reply that differs from the page's state means that an event was missed. */
function resyncIfBehind(exam, reply) {
  const { attempt, paused, locked } = exam.store.get();
  if (!attempt || !reply.status) return;
  const ended = DONE.has(reply.status);
  const pauseDiffers = (reply.status === "paused") !== paused;
  const timeDiffers = reply.expiresAt !== undefined && reply.expiresAt !== attempt.expiresAt;
  const newer = reply.version > exam.version && !exam.queue.pending.length && !exam.typing;
  if ((ended && !locked) || pauseDiffers || timeDiffers || newer) exam.resync(200);
}
