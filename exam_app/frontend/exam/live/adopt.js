// Applies the server's state of the attempt, and its replies, to the page.
import { elapsed, pageTime } from "../../lib/clock.js";
import { applyReply, mergeAnswers, viewOf } from "../model/answers.js";
import { newChangeId } from "../model/changes.js";
import { indexFromHash } from "../model/location-hash.js";
import { AnswerQueue } from "../model/queue.js";
import { sameResponse } from "../model/responses.js";
import { Schedule } from "../model/schedule.js";
import { isOlder } from "../model/timing.js";
import { goToNewAttempt, announceReset } from "./reset.js";
import { close } from "./close.js";
import { adoptConflicts, conflictsChanged } from "./conflicts.js";
import { applyDeadline, updateTimer } from "./deadline.js";
import { createSender, momentNow } from "./delivery.js";
import { adoptHighlights } from "./highlights.js";
import { adoptMessages } from "./messages.js";
import { setPaused } from "./pause.js";
import { isReopened } from "../model/reopenings.js";
import { resumePresence } from "./presence.js";
import { reopenPage } from "./reopen-page.js";
import { openStorage } from "./storage.js";
import { announce, dismissBy, notify } from "./notices.js";

const FINAL = new Set(["submitted", "expired", "graded", "cancelled"]);

export async function adoptAttempt(exam, attempt) {
  exam.attemptId = attempt.attemptId;
  exam.adopted = attempt;
  if (!exam.queue) await openQueue(exam);
  const { store } = exam;
  const { answers, messages, highlights, handRaised, pauseReason, ...rest } = attempt;
  const reopened = isReopened(attempt, store.get().closed);
  const first = !store.get().attempt || reopened;
  const before = store.get().attempt?.expiresAt;
  exam.version = Math.max(exam.version, attempt.version ?? 0);
  for (const answer of answers) exam.spent.startFrom(answer.questionId, answer.timeSpent);
  const questions = [...attempt.questions].sort((a, b) => a.orderIndex - b.orderIndex);
  // A reply that was on its way when an event paused the attempt or moved its deadline knows neither.
  const outdated = !first && isOlder(attempt, exam.timedAt);
  const expiresAt = outdated ? before : attempt.expiresAt;
  store.set({ attempt: { ...rest, expiresAt, questions }, hand: handRaised ?? null });
  if (outdated) exam.resync(500);
  else setPaused(exam, attempt.status === "paused", pauseReason);
  applyAnswers(exam, answers, { fromOtherDevice: !first });
  adoptConflicts(exam, attempt);
  adoptMessages(exam, messages ?? []);
  adoptHighlights(exam, highlights ?? []);
  if (attempt.begunAnew) return goToNewAttempt(exam, attempt.begunAnew);
  if (FINAL.has(attempt.status)) return close(exam, attempt);
  if (store.get().closed && !reopened) return undefined; // a reply from before the end
  if (first) begin(exam, attempt);
  else if (before !== expiresAt) applyDeadline(exam, { expiresAt, before, reason: reasonOf(attempt, before) });
  if (reopened) reopenPage(exam, attempt);
  return updateTimer(exam);
}

/** The reason for more time, for a page that missed the event. */
function reasonOf({ expiresAt, latestExtension }, before) {
  return Date.parse(expiresAt) > Date.parse(before) ? latestExtension?.reason : undefined;
}

function begin(exam, attempt) {
  const last = attempt.questions.length - 1;
  const wanted = indexFromHash(location.hash) ?? attempt.currentQuestionIndex ?? 0;
  const least = attempt.settings?.allowBack === false ? attempt.currentQuestionIndex ?? 0 : 0;
  const index = Math.max(least, Math.min(wanted, last));
  const view = location.hash === "#hand-in" ? "review" : "question";
  exam.store.set({ phase: "exam", index, view });
  resumePresence(exam);
  announceReset(exam);
  if (attempt.questions[index]) exam.spent.show(exam.store.get().attempt.questions[index].questionId, elapsed());
  if (exam.store.get().paused) exam.spent.hide(elapsed());
}

async function openQueue(exam) {
  const owner = { attemptId: exam.attemptId, userId: exam.boot.user.userId, key: exam.boot.deviceKey };
  const storage = await openStorage(owner, { onFailure: () => storageFailed(exam), onRecovery: () => storageRecovered(exam) });
  exam.store.set({ storage: storage.kind });
  exam.queue = new AnswerQueue({
    storage,
    schedule: new Schedule({ retryMs: exam.boot.saving.retryMs }),
    newId: () => newChangeId(),
    stamp: () => ({ clientTime: new Date(pageTime()).toISOString(), made: momentNow(exam.clock) }),
    send: createSender({
      socket: { request: exam.request },
      attemptId: exam.attemptId,
      clock: exam.clock,
      onReply: (transport) => exam.store.set({ restWorks: transport === "rest", unreachable: false }),
    }),
    onChange: () => exam.store.set({ entries: exam.queue.entries.slice() }),
    onReply: (reply) => adoptReply(exam, reply),
    onProblem: (error, batch) => saveProblem(exam, error, batch),
  });
  await exam.queue.restore();
}

function storageFailed(exam) {
  if (exam.store.get().storage === "memory") return;
  exam.store.set({ storage: "memory" });
  notify(exam, { about: "storage", kind: "warn", title: "This browser cannot store answers on this device.", text: "They are still sent to the server at once. Do not close or reload this page until it says “All answers saved”." });
}

/** The storage has answered late: what earlier pages have left there is sent, too. */
function storageRecovered(exam) {
  exam.store.set({ storage: "indexeddb" });
  dismissBy(exam, "storage");
  return exam.queue?.restore();
}

/** Applies answers from the server. Those of a field that the student is typing in are deferred until it loses the focus. */
export function applyAnswers(exam, list, { fromOtherDevice = false } = {}) {
  const { answers, attempt } = exam.store.get();
  const newer = list.filter((answer) => answer.version > (answers[answer.questionId]?.version ?? 0));
  const busy = (answer) => exam.typing === answer.questionId || exam.queue?.latest(answer.questionId);
  const deferred = fromOtherDevice ? newer.filter(busy) : [];
  exam.deferred = [...exam.deferred, ...deferred];
  const shown = newer.filter((answer) => !deferred.includes(answer));
  const byId = new Map(attempt?.questions.map((question) => [question.questionId, question]));
  const changed = shown.some((answer) => {
    const question = byId.get(answer.questionId);
    return question && !sameResponse(viewOf(question, answers[answer.questionId]).response, answer.response);
  });
  if (shown.length) exam.store.set((state) => ({ ...state, answers: mergeAnswers(state.answers, shown) }));
  if (changed && fromOtherDevice) announceUpdate(exam);
}

export function applyDeferred(exam) {
  if (!exam.deferred.length) return;
  const deferred = exam.deferred;
  exam.deferred = [];
  applyAnswers(exam, deferred, { fromOtherDevice: true });
}

function announceUpdate(exam) {
  exam.store.set({ updatedAt: elapsed() });
  clearTimeout(exam.updatedTimer);
  exam.updatedTimer = setTimeout(() => exam.store.set({ updatedAt: null }), 12000);
  announce(exam, "This page now shows the answers saved on another device.");
}

function adoptReply(exam, reply) {
  exam.version = Math.max(exam.version, reply.version ?? 0);
  const opened = reply.conflicts ?? [];
  exam.store.set((state) => ({ ...state, answers: applyReply(state.answers, reply) }));
  conflictsChanged(exam, { opened, serverTime: reply.serverTime });
  if (opened.some((conflict) => conflict.resolution === "server")) announceUpdate(exam);
  for (const refusal of reply.rejected ?? []) announce(exam, `An answer could not be saved: ${refusal.message}`);
  const before = exam.store.get().attempt?.expiresAt;
  if (reply.expiresAt && before && reply.expiresAt !== before) exam.resync(200); // the full state includes the reason
  applyDeferred(exam);
}

function saveProblem(exam, error, batch) {
  if (error.needsLogin) exam.store.set({ connection: "login" });
  else if (error.code === "attempt_expired") arrivedLate(exam, error, batch);
  else if (error.code === "attempt_not_in_progress") notAccepted(exam);
  else if (error.isNetwork) exam.store.set({ restWorks: false, unreachable: true });
}

/** Some changes of the batch may have been saved before the deadline, and only the ack was lost. */
function arrivedLate(exam, { details }, batch) {
  const late = new Set(details.late ?? batch.map((entry) => entry.changeId));
  const questions = batch.filter((entry) => late.has(entry.changeId)).map((entry) => entry.questionId);
  exam.store.set((state) => ({ ...state, late: [...new Set([...state.late, ...questions])] }));
  exam.resync();
}

/** A paused attempt accepts answers again later; a cancelled or submitted one never does. */
function notAccepted(exam) {
  if (!exam.store.get().closed) return exam.resync();
  exam.queue.stop();
  return exam.store.set({ undeliverable: true });
}
