// Asking a person for help: the raised hand, and a question that seems to be wrong. Both need a connection.
import { ordinal } from "../../lib/format.js";
import { announce, notify } from "./notices.js";

/** Each resolves with words for the student: {ok, text}. */
export async function raiseHand(exam, text) {
  return ask(exam, "hand_raise", { ...about(exam), ...(text.trim() && { text: text.trim() }) }, (hand) => {
    exam.store.set({ hand });
    return handWords(hand);
  });
}

export async function lowerHand(exam) {
  exam.store.set((state) => ({ ...state, hand: state.hand && { ...state.hand, lowering: true } }));
  return ask(exam, "hand_lower", { attemptId: exam.attemptId }, () => {
    exam.store.set({ hand: null });
    return "Your hand is down.";
  });
}

export async function reportQuestion(exam, question, text) {
  return ask(exam, "question_report", { attemptId: exam.attemptId, questionId: question.questionId, text: text.trim() }, () => "Your report has reached the people who watch the exam. Go on; they see to it.");
}

export function handWords({ position }) {
  return `Your hand is up, ${ordinal(position)} in the queue.`;
}

/** Settled: by the people who watch, or by the student, here or on another device. */
export function helpResolved(exam, { requestId, kind, note }) {
  const { hand } = exam.store.get();
  const isHand = kind === "hand";
  if (isHand && hand?.requestId === requestId) exam.store.set({ hand: null });
  if (note) notify(exam, { title: "Your proctor:", text: note });
  else if (!isHand) notify(exam, { title: "Your report about a question is settled." });
  else if (hand && !hand.lowering) notify(exam, { title: "Your hand is down:", text: "your request is settled." });
}

function about(exam) {
  const { attempt, index, view } = exam.store.get();
  const question = view === "question" ? attempt.questions[index] : null;
  return { attemptId: exam.attemptId, ...(question && { questionId: question.questionId }) };
}

async function ask(exam, event, data, done) {
  let told;
  try {
    told = { ok: true, text: done(await exam.request(event, data)) };
  } catch (error) {
    exam.store.set((state) => ({ ...state, hand: state.hand && { ...state.hand, lowering: false } }));
    const away = error.isNetwork || error.needsLogin;
    told = { ok: false, text: away ? "Not sent: this needs a connection, and there is none at the moment. Try again when it is back. If it is urgent, speak to the person in the room." : `Not sent: ${error.message}` };
  }
  announce(exam, told.text);
  return told;
}
