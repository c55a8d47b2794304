// After a reset of the attempt: the page opens the new attempt and explains there what happened.
import { handOver, takeOver } from "../../lib/device.js";
import { isolated } from "../../lib/direction.js";
import { sentence } from "../../lib/format.js";
import { seal, unseal } from "../../lib/seal.js";
import { notify } from "./notices.js";

const KEY = "exam-begun-anew";

/** Where the reset kept the answers, unsent changes of this device are carried over to the new attempt. */
export async function goToNewAttempt(exam, { newAttemptId, reason, answersKept }) {
  const latest = new Map(exam.queue?.pending.map((entry) => [entry.questionId, entry]));
  const undelivered = answersKept ? [...latest.values()].map(carriedOver) : [];
  handOver(KEY, { newAttemptId, reason, answersKept, undelivered: seal(undelivered, exam.boot.deviceKey) });
  await exam.queue?.stop({ forget: true });
  location.replace(`/attempts/${encodeURIComponent(newAttemptId)}/exam`);
}

/** Explains the reset in the new attempt, once. */
export function announceReset(exam) {
  const reset = takeOver(KEY, ({ newAttemptId }) => newAttemptId === exam.attemptId);
  if (!reset) return;
  const { answers } = exam.store.get();
  for (const change of unseal(reset.undelivered, exam.boot.deviceKey)) {
    exam.queue.add({ ...change, baseVersion: answers[change.questionId]?.version ?? 0 });
  }
  notify(exam, {
    title: reset.reason ? `Your exam was reset: ${isolated(sentence(reset.reason))}` : "Your exam was reset.",
    text: reset.answersKept ? "Your answers were kept." : "Your answers were not kept.",
  });
}

function carriedOver({ questionId, response, flagged, timeSpent }) {
  return { questionId, response, flagged, timeSpent };
}
