// The event that staff have reopened the attempt.
import { join } from "./join.js";

/** The event. The page may have been closed for long, so it requests the whole state. */
export async function attemptReopened(exam, { reason }) {
  exam.reopenReason = reason;
  if (exam.store.get().closed) exam.store.set({ phase: "connecting" }); // joining is retried until it succeeds
  await exam.joining; // that reply may be from before
  join(exam);
}
