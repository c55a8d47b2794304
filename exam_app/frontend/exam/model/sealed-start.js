// The start of a sealed paper. Pure.

/** The attempt as the server starts it: `started` is the event, `extraSeconds` this student's extra time. */
export function stateAtStart(paper, started, extraSeconds = 0) {
  return {
    ...paper,
    sessionId: started.sessionId,
    status: "in_progress",
    version: 0,
    startTime: started.startedAt,
    expiresAt: new Date(Date.parse(started.expiresAt) + extraSeconds * 1000).toISOString(),
    currentQuestionIndex: 0,
    answers: [],
  };
}
