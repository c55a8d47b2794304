// Help requests to the proctors: a raised hand, or a report about a question. Both need a connection.
import { ordinal } from "../../lib/format.js";
import { announce, notify } from "./notices.js";

/** Each request resolves with {ok, text}, the outcome to show to the student. */
export async function raiseHand(exam, text) {
  return sendRequest(exam, "hand_raise", { ...currentQuestion(exam), ...(text.trim() && { text: text.trim() }) }, (hand) => {
    exam.store.set({ hand });
    return handText(hand);
  });
}

export async function lowerHand(exam) {
  exam.store.set((state) => ({ ...state, hand: state.hand && { ...state.hand, lowering: true } }));
  return sendRequest(exam, "hand_lower", { attemptId: exam.attemptId }, () => {
    exam.store.set({ hand: null });
    return "Your hand is lowered.";
  });
}

export async function reportQuestion(exam, question, text) {
  return sendRequest(exam, "question_report", { attemptId: exam.attemptId, questionId: question.questionId, text: text.trim() }, () => "Your report was sent to the proctors. Continue with your exam.");
}

export function handText({ position }) {
  return `Your hand is up, ${ordinal(position)} in the queue.`;
}

/** Resolved by a proctor, or by the student here or on another device. */
export function helpResolved(exam, { requestId, kind, note }) {
  const { hand } = exam.store.get();
  const isHand = kind === "hand";
  if (isHand && hand?.requestId === requestId) exam.store.set({ hand: null });
  if (note) notify(exam, { title: "Your proctor:", text: note });
  else if (!isHand) notify(exam, { title: "Your report about a question was resolved." });
  else if (hand && !hand.lowering) notify(exam, { title: "Your hand was lowered:", text: "your request was resolved." });
}

function currentQuestion(exam) {
  const { attempt, index, view } = exam.store.get();
  const question = view === "question" ? attempt.questions[index] : null;
  return { attemptId: exam.attemptId, ...(question && { questionId: question.questionId }) };
}

async function sendRequest(exam, event, data, done) {
  let outcome;
  try {
    outcome = { ok: true, text: done(await exam.request(event, data)) };
  } catch (error) {
    exam.store.set((state) => ({ ...state, hand: state.hand && { ...state.hand, lowering: false } }));
    const isOffline = error.isNetwork || error.needsLogin;
    outcome = { ok: false, text: isOffline ? "Not sent: this needs a connection, and you are offline. Try again when the connection is back. If it is urgent, speak to a proctor in the room." : `Not sent: ${error.message}` };
  }
  announce(exam, outcome.text);
  return outcome;
}
