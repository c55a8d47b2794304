// Opens the page of a closed attempt again, after staff have reopened it, and says so.
import { isolated } from "../../lib/direction.js";
import { clockTime, sentence } from "../../lib/format.js";
import { notify } from "./notices.js";

/** `attempt`: its state, which the page has adopted. */
export function reopenPage(exam, { expiresAt, status }) {
  exam.store.set({ closed: null, released: false, late: [], undeliverable: false, fileSaved: false });
  exam.queue.resume();
  const until = status === "paused" ? "It is paused now: the timer is stopped." : `You have until ${clockTime(expiresAt)}.`;
  const title = exam.reopenReason ? `Your exam was reopened: ${isolated(sentence(exam.reopenReason))}` : "Your exam was reopened.";
  notify(exam, { title, text: `Your answers are still here. ${until} Hand in again when you are done.` });
  exam.reopenReason = null;
}
