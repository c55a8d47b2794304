// The start: the paper that waited sealed on this device opens with the key of the event, without a request.
import { canSeal, openSeal, stateAtStart } from "../model/seal.js";
import { adoptAttempt } from "./adopt.js";
import { syncState } from "./join.js";
import { announce } from "./notices.js";

const CONFIRM_WITHIN_MS = 5000;

export async function sessionStarted(exam, started) {
  if (String(started.sessionId) !== String(exam.boot.sessionId)) return;
  await exam.entering; // what it brings may be the sealed paper
  if (exam.store.get().phase === "exam") return;
  announce(exam, "Your teacher has started the exam.");
  const { session } = exam.store.get();
  exam.store.set({ session: { ...session, status: started.status, startedAt: started.startedAt, expiresAt: started.expiresAt } });
  if (!exam.prepared || !started.key || !canSeal()) return exam.comeBack(400);
  exam.entering = open(exam, started).finally(() => (exam.entering = null));
  return exam.entering;
}

async function open(exam, started) {
  try {
    const paper = await openSeal(exam.prepared, started.key);
    await adoptAttempt(exam, stateAtStart(paper, started, exam.prepared.extraSeconds));
    setTimeout(() => confirm(exam), Math.random() * CONFIRM_WITHIN_MS);
  } catch (error) {
    console.error(error);
    exam.comeBack(400);
  } finally {
    exam.prepared = null;
  }
}

/** The server's own word for the deadline and the version; spread out, so that a class does not ask at once. */
async function confirm(exam) {
  try {
    await adoptAttempt(exam, await syncState(exam));
  } catch {
    exam.comeBack(); // not begun for a page that was silent at the start: joining begins it
  }
}
