// How many have answered each question, kept up from deltas. Pure.
//
// A delta says which questions of a student are answered now, and how many in all; it does not say what they
// were before. That follows from what was told since the snapshot, or from the change of the total.
// Where neither decides it, nothing is counted, `isBehind` notices, and a snapshot puts it right.

// known: {studentId: {questionId: boolean}}. Returns {steps: {questionId: +1 | -1}, known}.
export function stepsOf(known, studentId, answered, difference) {
  const before = known[studentId] ?? {};
  const steps = {};
  const open = [];
  let rest = difference;
  for (const [questionId, isAnswered] of Object.entries(answered)) {
    if (!(questionId in before)) open.push([questionId, isAnswered]);
    else if (before[questionId] !== isAnswered) rest -= steps[questionId] = isAnswered ? 1 : -1;
  }
  const wins = open.filter(([, isAnswered]) => isAnswered).length;
  if (wins === open.length && rest === wins) for (const [questionId] of open) steps[questionId] = 1;
  else if (wins === 0 && rest === -open.length) for (const [questionId] of open) steps[questionId] = -1;
  return { steps, known: { ...known, [studentId]: { ...before, ...answered } } };
}

export function countUp(questions, steps) {
  if (!Object.keys(steps).length) return questions;
  return questions.map((question) =>
    steps[question.questionId] ? { ...question, answered: question.answered + steps[question.questionId] } : question,
  );
}

// The students' own totals and the sum over the questions are the same figure, counted twice.
export function isBehind(board) {
  let difference = 0;
  for (const row of Object.values(board.rows)) if (row.attemptId) difference += row.questionsAnswered;
  for (const question of board.questions) difference -= question.answered;
  return difference !== 0;
}
