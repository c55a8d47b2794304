// The end of the attempt on this page: a last attempt to deliver, then the receipt.
import { closedWords } from "../model/save-state.js";
import { forgetOrders } from "./highlights.js";
import { forgetAbsences } from "./presence.js";
import { announce } from "./notices.js";

/** `end`: {status, submittedAt, submissionMethod, receipt}. May be told more than once. */
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
    closed: { ...state.closed, ...defined(end) },
  }));
  if (!first) return;
  clearTimeout(exam.pollTimer);
  forgetAbsences(exam);
  forgetOrders(exam);
  announce(exam, closedWords(store.get().closed));
  history.replaceState(null, "", location.pathname + location.search);
  if (delivered) exam.queue?.stop({ forget: true });
  else await exam.queue?.drain(); // what arrives late is kept apart for the teacher; what cannot, is sent again
}

function defined({ status, submittedAt, submissionMethod, receipt }) {
  return Object.fromEntries(Object.entries({ status, submittedAt, submissionMethod, receipt }).filter(([, value]) => value !== undefined && value !== null));
}

export function resultUrl(exam) {
  return exam.boot.resultUrl ?? (exam.attemptId ? `/attempts/${exam.attemptId}/result` : exam.boot.homeUrl);
}
