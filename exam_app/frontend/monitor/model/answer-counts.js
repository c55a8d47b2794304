// The number of students who have answered each question, updated from deltas. Pure.
//
// A delta says which questions of a student are answered now, and how many in total, but not their previous state.
// That follows from earlier deltas since the snapshot, or from the change of the total. Where neither determines it,
// nothing is counted; `isOutdated` detects this, and a snapshot corrects it.

// known: {studentId: {questionId: boolean}}. Returns {changes: {questionId: +1 | -1}, known}.
export function countChanges(known, studentId, answered, difference) {
  const before = known[studentId] ?? {};
  const changes = {};
  const unknown = [];
  let rest = difference;
  for (const [questionId, isAnswered] of Object.entries(answered)) {
    if (!(questionId in before)) unknown.push([questionId, isAnswered]);
    else if (before[questionId] !== isAnswered) rest -= changes[questionId] = isAnswered ? 1 : -1;
  }
  const added = unknown.filter(([, isAnswered]) => isAnswered).length;
  if (added === unknown.length && rest === added) for (const [questionId] of unknown) changes[questionId] = 1;
  else if (added === 0 && rest === -unknown.length) for (const [questionId] of unknown) changes[questionId] = -1;
  return { changes, known: { ...known, [studentId]: { ...before, ...answered } } };
}

export function applyCountChanges(questions, changes) {
  if (!Object.keys(changes).length) return questions;
  return questions.map((question) =>
    changes[question.questionId] ? { ...question, answered: question.answered + changes[question.questionId] } : question,
  );
}

// The sum of the students' totals must equal the sum over the questions.
export function isOutdated(board) {
  let difference = 0;
  for (const row of Object.values(board.rows)) if (row.attemptId) difference += row.questionsAnswered;
  for (const question of board.questions) difference -= question.answered;
  return difference !== 0;
}
