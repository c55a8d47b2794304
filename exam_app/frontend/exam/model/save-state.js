// The save status as text; the most urgent state wins. Pure.
import { clockTime, plural } from "../../lib/format.js";

const RECENT_MS = 12000;

/** {kind, text}; `kind` selects icon and colour: saved, saving, offline, login, updated, trouble, closed, paused, locked. */
export function saveState({ connection, unreachable, restWorks, pending, refused, updatedAt, closed, locked, paused, now }) {
  if (closed) return { kind: "closed", text: closedText(closed) };
  if (connection === "login") {
    return { kind: "login", text: pending ? `Signed out: ${storedText(pending)}` : "Signed out: all answers so far are saved" };
  }
  if (isOffline({ connection, unreachable, restWorks })) {
    return {
      kind: "offline",
      text: pending ? `Offline: ${storedText(pending)} and will be sent` : "Offline: all answers so far are saved",
    };
  }
  if (locked) return { kind: "locked", text: pending ? "Time is up: sending your last answers…" : "Time is up: handing in your answers…" };
  if (pending) return { kind: "saving", text: "Saving…" };
  if (refused) return { kind: "trouble", text: `${plural(refused, "answer")} not saved: see the marked ${refused === 1 ? "question" : "questions"}` };
  if (paused) return { kind: "paused", text: "Paused: all answers saved" };
  if (updatedAt && now - updatedAt < RECENT_MS) return { kind: "updated", text: "Updated: saved on another device" };
  return { kind: "saved", text: "All answers saved" };
}

/** The server is reachable neither by Socket.IO nor by REST. */
export function isOffline({ connection, unreachable, restWorks }) {
  return (connection === "offline" || unreachable) && !restWorks;
}

function storedText(count) {
  return count === 1 ? "1 answer is stored on this device" : `${count} answers are stored on this device`;
}

/** At the deadline: what happens to the answers, and what the student has to do. */
export function lockedText({ offline, pending }) {
  if (!offline) return "Your answers are being handed in. You do not have to do anything.";
  if (!pending) return "There is no connection, but the server has all your answers and hands them in. You do not have to do anything.";
  return `There is no connection: ${storedText(pending)}. ${pending === 1 ? "It is" : "They are"} sent automatically when the connection is back, also if you open this page later on this device. Your teacher then decides whether to accept ${pending === 1 ? "it" : "them"}.`;
}

/** After the end of the attempt. `undeliverable`: the server accepts no more changes over the network. */
export function undeliveredText(pending, undeliverable) {
  const [theyAre, them] = pending === 1 ? ["It is", "it"] : ["They are", "them"];
  if (undeliverable) return `This attempt accepts no more answers, so the page cannot send ${them}. ${theyAre} stored on this device: your teacher can read ${them} from a file.`;
  return `${theyAre} stored on this device and sent automatically when the connection is back. Your teacher then decides whether to accept ${them}.`;
}

/** The number of pending and of refused answers. Answers, not changes: a question may have two changes. */
export function countOf(entries) {
  const questions = (list) => new Set(list.map((entry) => entry.questionId)).size;
  return { pending: questions(entries.filter((entry) => !entry.refused)), refused: questions(entries.filter((entry) => entry.refused)) };
}

export function closedText({ status, submittedAt, submissionMethod }, locale) {
  const at = submittedAt ? ` at ${clockTime(submittedAt, { seconds: true, locale })}` : "";
  if (status === "cancelled") return "This attempt was cancelled";
  if (submissionMethod === "automatic" || status === "expired") return `Time is up: your answers were handed in${at}`;
  return `Your answers were handed in${at}`;
}
