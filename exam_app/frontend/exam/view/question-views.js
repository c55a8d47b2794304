import { viewOf } from "../model/answers.js";
import { offerFor } from "../model/conflicts.js";

/** For each question, in order, what the student sees of it (see `viewOf`), with the question itself and, as `offer`,
 * the conflict whose other answer may be taken instead. */
export function questionViews({ attempt, answers, entries, conflicts }) {
  const latest = new Map(entries.map((entry) => [entry.questionId, entry])); // the last one wins
  return attempt.questions.map((question) => {
    const view = viewOf(question, answers[question.questionId], latest.get(question.questionId));
    return { question, ...view, offer: offerFor(conflicts, question.questionId, view.response) };
  });
}
