// Answers as the page shows them: the server's, overlaid with the unacknowledged changes of this device. Pure.

import { emptyResponse, isAnswered } from "./responses.js";

/** Merges a list into {questionId: answer}; an older version never replaces a newer one. */
export function mergeAnswers(known, list) {
  const merged = { ...known };
  for (const answer of list ?? []) {
    const old = merged[answer.questionId];
    if (!old || answer.version >= old.version) merged[answer.questionId] = { ...old, ...answer };
  }
  return merged;
}

/** Merges the answers of a SaveReply: the saved ones, and the server's value where it won a conflict. */
export function applyReply(known, reply) {
  const lost = (reply.conflicts ?? []).filter((conflict) => conflict.resolution === "server");
  return mergeAnswers(known, [
    ...lost.map(({ questionId, serverValue, version }) => ({ questionId, response: serverValue, version })),
    ...(reply.saved ?? []).map(({ changeId, replayed, ...answer }) => answer),
  ]);
}

/** The answer to one question as the student sees it. `entry` is the latest change on this device, if any. */
export function viewOf(question, answer, entry) {
  const response = entry?.response ?? answer?.response ?? emptyResponse(question);
  const flagged = entry?.flagged ?? answer?.flagged ?? false;
  return {
    response,
    flagged,
    answered: isAnswered(response) && !entry?.refused,
    waiting: Boolean(entry && !entry.refused),
    refused: entry?.refused ?? null,
    isCorrect: entry ? null : answer?.isCorrect ?? null,
    points: entry ? null : answer?.points ?? null,
    savedResponse: answer?.response ?? null,
  };
}
