// Conflicts: two devices answered one question differently, and the answer that lost is offered to the student. Pure.
import { sameResponse } from "./responses.js";

/** The response that lost a conflict. */
export function lostValue({ resolution, localValue, serverValue }) {
  return resolution === "local" ? serverValue : localValue;
}

/** The open conflicts after a `conflicts_changed` event. The id of the change that caused a conflict identifies it. */
export function applyConflictEvents(known, { opened = [], settled = [] }) {
  const removed = new Set([...settled, ...opened.map((conflict) => conflict.changeId)]);
  return [...known.filter((conflict) => !removed.has(conflict.changeId)), ...opened];
}

/** The newest conflict of a question whose other answer differs from the one shown. */
export function offerFor(conflicts, questionId, response) {
  const about = conflicts.filter((conflict) => conflict.questionId === questionId);
  return about.findLast((conflict) => !sameResponse(lostValue(conflict), response)) ?? null;
}

/** Resolving a conflict resolves the older ones of its question too: the student has seen their outcome. */
export function withoutResolved(conflicts, resolved) {
  const last = conflicts.indexOf(resolved);
  return conflicts.filter((conflict, index) => conflict.questionId !== resolved.questionId || index > last);
}
