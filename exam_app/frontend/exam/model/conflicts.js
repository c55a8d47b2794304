// Two devices gave one question different answers: the one that does not stand is offered. Pure.
import { sameResponse } from "./responses.js";

/** The value of a conflict that lost. */
export function lostValue({ resolution, localValue, serverValue }) {
  return resolution === "local" ? serverValue : localValue;
}

/** The open conflicts after news of them; one is known by the id of the change that met the other answer. */
export function withNews(known, { opened = [], settled = [] }) {
  const gone = new Set([...settled, ...opened.map((conflict) => conflict.changeId)]);
  return [...known.filter((conflict) => !gone.has(conflict.changeId)), ...opened];
}

/** The newest conflict about a question whose other answer is not the one that is shown anyway. */
export function offerFor(conflicts, questionId, response) {
  const about = conflicts.filter((conflict) => conflict.questionId === questionId);
  return about.findLast((conflict) => !sameResponse(lostValue(conflict), response)) ?? null;
}

/** Who decides about one has seen what came of the older ones: they go with it. */
export function withoutUpTo(conflicts, decided) {
  const last = conflicts.indexOf(decided);
  return conflicts.filter((conflict, index) => conflict.questionId !== decided.questionId || index > last);
}
