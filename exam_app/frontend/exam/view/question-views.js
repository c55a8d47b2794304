import { viewOf } from "../model/answers.js";

/** For each question, in order, what the student sees of it (see `viewOf`), with the question itself. */
export function questionViews({ attempt, answers, entries }) {
  const latest = new Map(entries.map((entry) => [entry.questionId, entry])); // the last one wins
  return attempt.questions.map((question) => ({
    question,
    ...viewOf(question, answers[question.questionId], latest.get(question.questionId)),
  }));
}
