// After a reset: the page goes on to the new attempt by itself, and says there what happened.
import { notify } from "./notices.js";

const KEY = "exam-begun-anew";

/** `anew`: {newAttemptId, reason, answersKept}. Where answers were kept, what has not left this device goes along. */
export async function moveOn(exam, { newAttemptId, reason, answersKept }) {
  const latest = new Map(exam.queue?.pending.map((entry) => [entry.questionId, entry]));
  const undelivered = answersKept ? [...latest.values()].map(changed) : [];
  sessionStorage.setItem(KEY, JSON.stringify({ newAttemptId, reason, answersKept, undelivered }));
  await exam.queue?.stop({ forget: true });
  location.replace(`/attempts/${encodeURIComponent(newAttemptId)}/exam`);
}

/** In the new attempt, once. */
export function tellOfReset(exam) {
  const told = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (told?.newAttemptId !== exam.attemptId) return;
  sessionStorage.removeItem(KEY);
  const { answers } = exam.store.get();
  for (const change of told.undelivered) {
    exam.queue.add({ ...change, baseVersion: answers[change.questionId]?.version ?? 0 });
  }
  notify(exam, {
    title: told.reason ? `Your exam was begun anew: ${told.reason}.`.replace(/([.!?])\.$/, "$1") : "Your exam was begun anew.",
    text: told.answersKept ? "Your answers were kept." : "Your answers were not kept.",
  });
}

function changed({ questionId, response, flagged, timeSpent }) {
  return { questionId, response, flagged, timeSpent };
}
