// Highlights belong to the attempt: the server stores them, and the student's other devices show them too. Operations
// that it has not acknowledged are stored in this browser and retried; each has an id, so a retry is idempotent.
import { forget, recall, remember } from "../../lib/device.js";
import { newChangeId } from "../model/changes.js";
import { operationsToAdd, operationsToRemove, applyOperations } from "../model/highlights.js";
import { announce } from "./notices.js";

const keyOf = (exam) => `exam-highlights:${exam.attemptId}`;

export function watchHighlights(exam) {
  exam.highlights = { known: [], operations: [] };
  exam.socket.on("connect", () => sendPending(exam));
}

/** Adopts the server's list and applies the pending operations of this device to it. */
export function adoptHighlights(exam, known) {
  update(exam, { known, operations: exam.highlights.operations.length ? exam.highlights.operations : restore(exam) });
  sendPending(exam);
}

export function addHighlight(exam, passage, range) {
  announce(exam, "Highlighted.");
  enqueue(exam, operationsToAdd(exam.store.get().highlights, passage, range, newChangeId()));
}

export function removeHighlight(exam, passage, offset) {
  announce(exam, "Highlight removed.");
  enqueue(exam, operationsToRemove(exam.store.get().highlights, passage.passageId, offset));
}

/** The attempt is over: the server accepts no more operations. */
export function discardOperations(exam) {
  update(exam, { ...exam.highlights, operations: [] });
}

function enqueue(exam, operations) {
  update(exam, { ...exam.highlights, operations: [...exam.highlights.operations, ...operations] });
  sendPending(exam);
}

/** Sends one operation after the other. What fails is retried at the next connection. */
async function sendPending(exam) {
  if (exam.sendingHighlights) return;
  exam.sendingHighlights = true;
  try {
    while (exam.highlights.operations.length && exam.socket.connected) {
      const [first] = exam.highlights.operations;
      if (!(await send(exam, first))) return;
      const { known, operations } = exam.highlights;
      update(exam, { known: applyOperations(known, [first]), operations: operations.filter((one) => one !== first) });
    }
  } finally {
    exam.sendingHighlights = false;
  }
}

/** True when the server has accepted the operation or will never accept it. */
async function send(exam, { remove, ...highlight }) {
  try {
    await exam.request(remove ? "highlight_removed" : "text_highlighted", { attemptId: exam.attemptId, ...highlight });
    return true;
  } catch (error) {
    if (error.isNetwork || error.needsLogin || error.code === "too_many_requests") return false;
    return error.code !== "attempt_not_in_progress"; // paused: retried when the exam resumes
  }
}

function update(exam, highlights) {
  const { known, operations } = highlights;
  exam.highlights = highlights;
  exam.store.set({ highlights: applyOperations(known, operations) });
  if (operations.length) remember(keyOf(exam), operations);
  else forget(keyOf(exam));
}

function restore(exam) {
  const operations = recall(keyOf(exam));
  return Array.isArray(operations) ? operations : [];
}
