// Highlights belong to the attempt: the server keeps them, and another device shows them too. What it has not
// acknowledged waits in this browser and is sent again; each carries its id, so a repetition is harmless.
import { newChangeId } from "../model/changes.js";
import { ordersToMark, ordersToRemove, withOrders } from "../model/highlights.js";
import { announce } from "./notices.js";

const keyOf = (exam) => `exam-highlights:${exam.attemptId}`;

export function watchHighlights(exam) {
  exam.marks = { known: [], orders: [] };
  exam.socket.on("connect", () => deliver(exam));
}

/** The server's list, with what this device has not delivered. */
export function adoptHighlights(exam, known) {
  keep(exam, { known, orders: exam.marks.orders.length ? exam.marks.orders : restore(exam) });
  deliver(exam);
}

export function addHighlight(exam, passage, stretch) {
  announce(exam, "Highlighted.");
  order(exam, ordersToMark(exam.store.get().marks, passage, stretch, newChangeId()));
}

export function removeHighlight(exam, passage, offset) {
  announce(exam, "Highlight removed.");
  order(exam, ordersToRemove(exam.store.get().marks, passage.passageId, offset));
}

/** The attempt is over: what was not delivered will not be taken any more. */
export function forgetOrders(exam) {
  keep(exam, { ...exam.marks, orders: [] });
}

function order(exam, orders) {
  keep(exam, { ...exam.marks, orders: [...exam.marks.orders, ...orders] });
  deliver(exam);
}

/** One after the other. What the server cannot be told now waits for the next connection. */
async function deliver(exam) {
  if (exam.delivering) return;
  exam.delivering = true;
  try {
    while (exam.marks.orders.length && exam.socket.connected) {
      const [first] = exam.marks.orders;
      if (!(await tell(exam, first))) return;
      const { known, orders } = exam.marks;
      keep(exam, { known: withOrders(known, [first]), orders: orders.filter((one) => one !== first) });
    }
  } finally {
    exam.delivering = false;
  }
}

/** True when the server has taken the order, or will never take it. */
async function tell(exam, { remove, ...mark }) {
  try {
    await exam.request(remove ? "highlight_removed" : "text_highlighted", { attemptId: exam.attemptId, ...mark });
    return true;
  } catch (error) {
    if (error.isNetwork || error.needsLogin || error.code === "too_many_requests") return false;
    return error.code !== "attempt_not_in_progress"; // paused: it is told when the exam goes on
  }
}

function keep(exam, marks) {
  exam.marks = marks;
  exam.store.set({ marks: withOrders(marks.known, marks.orders) });
  try {
    if (marks.orders.length) localStorage.setItem(keyOf(exam), JSON.stringify(marks.orders));
    else localStorage.removeItem(keyOf(exam));
  } catch {
    // they wait as long as the page
  }
}

function restore(exam) {
  try {
    const orders = JSON.parse(localStorage.getItem(keyOf(exam)));
    return Array.isArray(orders) ? orders : [];
  } catch {
    return [];
  }
}
