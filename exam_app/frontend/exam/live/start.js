// The start of the session: the key in the event opens the sealed paper that was prefetched, without a request.
import { unseal } from "../../lib/seal.js";
import { stateAtStart } from "../model/sealed-start.js";
import { adoptAttempt } from "./adopt.js";
import { syncState } from "./join.js";
import { announce } from "./notices.js";

const CONFIRM_WITHIN_MS = 5000;

export async function sessionStarted(exam, started) {
  if (String(started.sessionId) !== String(exam.boot.sessionId)) return;
  await exam.joining; // its reply may contain the sealed paper
  if (exam.store.get().phase === "exam") return;
  announce(exam, "Your teacher has started the exam.");
  const { session } = exam.store.get();
  exam.store.set({ session: { ...session, status: started.status, startedAt: started.startedAt, expiresAt: started.expiresAt } });
  if (!exam.prepared || !started.key) return exam.resync(400);
  exam.joining = open(exam, started).finally(() => (exam.joining = null));
  return exam.joining;
}

async function open(exam, started) {
  try {
    const paper = unseal(exam.prepared, started.key);
    await adoptAttempt(exam, stateAtStart(paper, started, exam.prepared.extraSeconds));
    setTimeout(() => confirm(exam), Math.random() * CONFIRM_WITHIN_MS);
  } catch (error) {
    console.error(error);
    exam.resync(400);
  } finally {
    exam.prepared = null;
  }
}

/** Fetches the server's deadline and version. Callers delay it randomly, so that a class does not ask all at once. */
async function confirm(exam) {
  try {
    await adoptAttempt(exam, await syncState(exam));
  } catch {
    exam.resync(); // the server has not started the attempt of a page that was offline at the start: joining starts it
  }
}
