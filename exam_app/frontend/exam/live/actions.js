// The student's actions. Every answer goes through the queue; only submitting waits for the server.
import { elapsed } from "../../lib/clock.js";
import { isolated } from "../../lib/direction.js";
import { api } from "../../lib/rest.js";
import { viewOf } from "../model/answers.js";
import { plainChange } from "../model/changes.js";
import { lostValue } from "../model/conflicts.js";
import { hashFor, REVIEW_HASH } from "../model/location-hash.js";
import { choose as chosen, emptyResponse, fill, match, move, orderOf, sameResponse } from "../model/responses.js";
import { numberResponse, understood } from "../model/unread.js";
import { applyDeferred } from "./adopt.js";
import { close } from "./close.js";
import { resolve } from "./conflicts.js";
import { savePayload } from "./delivery.js";
import { announce } from "./notices.js";

const SUBMIT_MS = 10000;

const editable = (exam) => {
  const { phase, locked, paused, submitting } = exam.store.get();
  return phase === "exam" && !locked && !paused && !submitting;
};

function viewIn(exam, question) {
  return viewOf(question, exam.store.get().answers[question.questionId], exam.queue.latest(question.questionId));
}

function change(exam, question, { response, flagged }, { delay = 0 } = {}) {
  if (!editable(exam)) return;
  const { questionId } = question;
  const view = viewIn(exam, question);
  const entry = {
    questionId,
    response: response ?? view.response,
    flagged: flagged ?? view.flagged,
    timeSpent: exam.spent.seconds(questionId, elapsed()),
    baseVersion: exam.store.get().answers[questionId]?.version ?? 0,
  };
  if (!response && view.refused) exam.queue.addInvalid(entry, view.refused);
  else exam.queue.add(entry, delay);
}

export function chooseOption(exam, question, optionId) {
  const { response } = viewIn(exam, question);
  const next = chosen(question, response, optionId);
  if (!sameResponse(next, response)) change(exam, question, { response: next });
}

export function clearChoice(exam, question) {
  change(exam, question, { response: emptyResponse(question) });
  announce(exam, "Choice cleared.");
}

export function matchStem(exam, question, stemId, choiceId) {
  change(exam, question, { response: match(viewIn(exam, question).response, stemId, choiceId) });
}

/** Moves an item and announces its new position for screen readers. */
export function moveItem(exam, question, item, by) {
  const { response } = viewIn(exam, question);
  const next = move(question, response, item.itemId, by);
  if (sameResponse(next.order, orderOf(question, response))) return;
  change(exam, question, { response: next });
  announce(exam, `${isolated(item.itemText)}: now at position ${next.order.indexOf(item.itemId) + 1} of ${next.order.length}.`);
}

/** Takes the initial order as the answer: it counts as unanswered until the student confirms or changes it. */
export function keepOrder(exam, question) {
  change(exam, question, { response: { order: orderOf(question, viewIn(exam, question).response) } });
  announce(exam, "This order is your answer.");
}

/** `inner` is the response to the gap. Typed text is sent after a pause, a choice at once. */
export function fillGap(exam, question, gapId, inner) {
  const isTyped = !inner.selectedOptionIds;
  const typed = Object.entries(inner).filter(([, text]) => text !== undefined);
  const stored = isTyped ? Object.fromEntries(typed.map(([name, text]) => [name, storable(text)])) : inner;
  change(exam, question, { response: fill(viewIn(exam, question).response, gapId, stored) }, { delay: isTyped ? exam.boot.saving.delayMs : 0 });
}

export function typeText(exam, question, text) {
  change(exam, question, { response: { text: storable(text) } }, { delay: exam.boot.saving.delayMs });
}

/**
 * `unit`: the chosen unit, where the question has units. What is no number is saved as typed: otherwise the number before
 * it, which may be its first half, would stay the answer.
 */
export function typeNumber(exam, question, text, unit) {
  change(exam, question, { response: numberResponse(storable(text), unit) }, { delay: exam.boot.saving.delayMs });
}

/** Which of two numbers a text means. `gapId`: in a text with gaps. */
export function chooseNumber(exam, question, number, unit, gapId) {
  const response = unit ? { number, unit } : { number };
  if (gapId === undefined) change(exam, question, { response });
  else change(exam, question, { response: fill(viewIn(exam, question).response, gapId, response) });
  announce(exam, `Understood as ${understood(number)}.`);
}

/** PostgreSQL stores neither NUL nor unpaired surrogates. */
function storable(text) {
  return text.replace(/\0/g, "").replace(/[\ud800-\udbff](?![\udc00-\udfff])|(^|[^\ud800-\udbff])[\udc00-\udfff]/g, "$1");
}

export function fieldEntered(exam, questionId) {
  exam.typing = questionId;
}

export function fieldLeft(exam) {
  exam.typing = null;
  if (exam.queue?.pending.length) exam.queue.flush();
  else applyDeferred(exam);
}

export function toggleFlag(exam, question) {
  const flagged = !viewIn(exam, question).flagged;
  change(exam, question, { flagged });
  announce(exam, flagged ? "Flagged." : "Flag removed.");
}

/** Resolves a conflict with the answer that lost. */
export function useOtherAnswer(exam, question, conflict) {
  if (!editable(exam)) return;
  change(exam, question, { response: lostValue(conflict) });
  resolve(exam, conflict);
  announce(exam, "The other answer is used.");
}

export function keepAnswer(exam, conflict) {
  resolve(exam, conflict);
  announce(exam, "The answer is kept as it is.");
}

export function canGoTo(state, index) {
  const { attempt } = state;
  if (!attempt || index < 0 || index >= attempt.questions.length) return false;
  return attempt.settings?.allowBack !== false || index >= state.index;
}

export function goTo(exam, index, { remember = true } = {}) {
  const state = exam.store.get();
  if (!canGoTo(state, index)) return;
  if (index === state.index && state.view === "question") return;
  if (remember) history.pushState(null, "", hashFor(index));
  exam.store.set({ index, view: "question", submitProblem: null });
  const question = state.attempt.questions[index];
  exam.spent.show(question.questionId, elapsed());
  if (exam.queue?.pending.length) exam.queue.flush();
  const passageIndex = Math.max(0, state.attempt.passages.findIndex((one) => one.passageId === question.passageId));
  reportPosition(exam, { attemptId: exam.attemptId, passageIndex, questionIndex: index });
}

/** In a forward-only test the server refuses answers to earlier questions, so pending answers are sent first. */
async function reportPosition(exam, position) {
  const forwardOnly = exam.store.get().attempt.settings?.allowBack === false;
  if (forwardOnly && exam.queue && !(await exam.queue.drain())) return;
  exam.socket.send("progress_update", position);
}

export function step(exam, by) {
  const { index, view, attempt } = exam.store.get();
  if (view === "review") return by < 0 ? goTo(exam, index) : undefined;
  if (by > 0 && index === attempt.questions.length - 1) return openReview(exam);
  return goTo(exam, index + by);
}

export function openReview(exam, { remember = true } = {}) {
  if (exam.store.get().view === "review") return;
  if (remember) history.pushState(null, "", REVIEW_HASH);
  exam.spent.hide(elapsed());
  exam.store.set({ view: "review", submitProblem: null });
  exam.queue?.flush();
}

/** Sends the pending answers, then submits the attempt. The request is idempotent. */
export async function submit(exam) {
  if (!editable(exam)) return;
  exam.store.set({ submitting: true, submitProblem: null });
  try {
    await Promise.race([exam.queue.drain(), new Promise((resolve) => setTimeout(resolve, 6000))]);
    const body = { ...savePayload(exam.queue.pending.map(plainChange), exam.clock), finalReview: true, confirmSubmission: true };
    const data = await sendSubmit(exam, body);
    const { attempt, receipt, released } = data;
    await close(exam, { status: attempt.status, submittedAt: attempt.submittedAt, submissionMethod: data.submissionMethod ?? attempt.submissionMethod, receipt, released }, { delivered: true });
  } catch (error) {
    submitFailed(exam, error);
  }
}

async function sendSubmit(exam, body) {
  try {
    return await exam.request("attempt_submit", { attemptId: exam.attemptId, ...body }, SUBMIT_MS);
  } catch (error) {
    if (!error.isNetwork) throw error;
  }
  return api(`/api/attempts/${encodeURIComponent(exam.attemptId)}/submit`, { method: "POST", body, timeout: SUBMIT_MS });
}

function submitFailed(exam, error) {
  if (exam.store.get().closed) return;
  if (error.needsLogin) exam.store.set({ connection: "login" });
  const offline = "Not handed in yet: there is no connection. Your answers are stored on this device. Try again in a moment, or continue: when the time is up, everything that has reached the server is handed in automatically.";
  const signedOut = "Not handed in yet: you are signed out. Sign in again (the link is at the top), then press the button once more.";
  const text = error.needsLogin ? signedOut : error.isNetwork ? offline : `Not handed in yet: ${error.message}`;
  exam.store.set({ submitting: false, submitProblem: text });
  announce(exam, text);
  if (!error.isNetwork && !error.needsLogin) exam.resync();
}
