// The end of the attempt on this page: sends pending answers once more, then shows the receipt.
import { closedText } from "../model/save-state.js";
import { discardOperations } from "./highlights.js";
import { deleteAbsences } from "./presence.js";
import { announce } from "./notices.js";

/** `end`: {status, submittedAt, submissionMethod, receipt}. May be called more than once. */
export async function close(exam, end, { delivered = false } = {}) {
  const { store } = exam;
  const first = !store.get().closed;
  store.set((state) => ({
    ...state,
    phase: "closed",
    locked: false,
    paused: false,
    submitting: false,
    submitProblem: null,
    helpOpen: false,
    hand: null,
    notices: [],
    released: state.released || Boolean(end.released),
    // How often the attempt had been reopened: a higher number reopens the page.
    closed: { ...state.closed, ...defined(end), timesReopened: exam.adopted?.timesReopened ?? 0 },
  }));
  if (!first) return;
  clearTimeout(exam.pollTimer);
  deleteAbsences(exam);
  discardOperations(exam);
  announce(exam, closedText(store.get().closed));
  history.replaceState(null, "", location.pathname + location.search);
  if (delivered) exam.queue?.stop({ forget: true });
  else await exam.queue?.drain(); // late answers go to the teacher's review queue; unsent ones are retried
}

function defined({ status, submittedAt, submissionMethod, receipt }) {
  return Object.fromEntries(Object.entries({ status, submittedAt, submissionMethod, receipt }).filter(([, value]) => value !== undefined && value !== null));
}

export function resultUrl(exam) {
  return exam.boot.resultUrl ?? (exam.attemptId ? `/attempts/${exam.attemptId}/result` : exam.boot.homeUrl);
}
