import { viewOf } from "../model/answers.js";
import { unreadNumbers } from "../model/unread.js";
import { offerFor } from "../model/conflicts.js";

/** The view of each question in order (see `viewOf`), with the question and, as `offer`, the conflict to resolve. */
export function questionViews({ attempt, answers, entries, conflicts }) {
  const latest = new Map(entries.map((entry) => [entry.questionId, entry])); // the last one wins
  return attempt.questions.map((question) => {
    const view = viewOf(question, answers[question.questionId], latest.get(question.questionId));
    const unread = unreadNumbers(question, view.response);
    return { question, ...view, unread, offer: offerFor(conflicts, question.questionId, view.response) };
  });
}
