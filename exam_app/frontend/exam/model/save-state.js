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
      text: pending ? `Offline: ${storedText(pending)}, ${pending === 1 ? "it" : "they"} will be sent` : "Offline: all answers so far are saved",
    };
  }
  if (locked) return { kind: "locked", text: pending ? "Time is up: sending your last answers…" : "Time is up: handing in your answers…" };
  if (pending) return { kind: "saving", text: "Saving…" };
  if (refused) return { kind: "trouble", text: `${plural(refused, "answer")} not saved: see the marked ${refused === 1 ? "question" : "questions"}` };
  if (paused) return { kind: "paused", text: "Paused: all answers saved" };
  if (updatedAt && now - updatedAt < RECENT_MS) return { kind: "updated", text: "Saved on another device: this page was brought up to date" };
  return { kind: "saved", text: "All answers saved" };
}

/** The server is reachable neither by Socket.IO nor by REST. */
export function isOffline({ connection, unreachable, restWorks }) {
  return (connection === "offline" || unreachable) && !restWorks;
}

export function storedText(count) {
  return count === 1 ? "1 answer waits on this device" : `${count} answers wait on this device`;
}

/** At the deadline: what happens to the answers, and what the student has to do. */
export function lockedText({ offline, pending }) {
  if (!offline) return "Your answers are being handed in. You do not have to do anything.";
  if (!pending) return "There is no connection, but the server has all your answers and hands them in. You do not have to do anything.";
  return `There is no connection: ${storedText(pending)}. ${pending === 1 ? "It is" : "They are"} sent by ${pending === 1 ? "itself" : "themselves"} when the network is back, also if you open this page again later on this device. Your teacher then decides about ${pending === 1 ? "it" : "them"}.`;
}

/** After the end of the attempt. `undeliverable`: the server accepts no more changes over the network. */
export function undeliveredText(pending, undeliverable) {
  const [they, them, themselves] = pending === 1 ? ["It is", "it", "itself"] : ["They are", "them", "themselves"];
  if (undeliverable) return `The attempt takes no answers any more, so the page cannot send ${them}. ${they} kept on this device: your teacher can take ${them} from a file.`;
  return `${they} kept on this device and sent by ${themselves} when the network is back; your teacher then decides about ${them}.`;
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
