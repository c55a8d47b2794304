// The one sentence about saving. Pure: the most urgent truth wins.
import { clockTime, plural } from "../../lib/format.js";

const RECENT_MS = 12000;

/** {kind, text}; `kind` picks icon and colour: saved, saving, offline, login, updated, trouble, closed, paused, locked. */
export function saveState({ connection, unreachable, restWorks, pending, refused, updatedAt, closed, locked, paused, now }) {
  if (closed) return { kind: "closed", text: closedWords(closed) };
  if (connection === "login") {
    return { kind: "login", text: pending ? `Signed out: ${waiting(pending)}` : "Signed out: all answers so far are saved" };
  }
  if ((connection === "offline" || unreachable) && !(restWorks && !pending)) {
    return {
      kind: "offline",
      text: pending ? `Offline: ${waiting(pending)}, ${pending === 1 ? "it" : "they"} will be sent` : "Offline: all answers so far are saved",
    };
  }
  if (locked) return { kind: "locked", text: pending ? "Time is up: sending your last answers…" : "Time is up: handing in your answers…" };
  if (pending) return { kind: "saving", text: "Saving…" };
  if (refused) return { kind: "trouble", text: `${plural(refused, "answer")} not saved: see the marked ${refused === 1 ? "question" : "questions"}` };
  if (paused) return { kind: "paused", text: "Paused: all answers saved" };
  if (updatedAt && now - updatedAt < RECENT_MS) return { kind: "updated", text: "Saved on another device: this page was brought up to date" };
  return { kind: "saved", text: "All answers saved" };
}

function waiting(count) {
  return count === 1 ? "1 answer waits on this device" : `${count} answers wait on this device`;
}

export function closedWords({ status, submittedAt, submissionMethod }, locale) {
  const at = submittedAt ? ` at ${clockTime(submittedAt, { seconds: true, locale })}` : "";
  if (status === "cancelled") return "This attempt was cancelled";
  if (submissionMethod === "automatic" || status === "expired") return `Time is up: your answers were handed in${at}`;
  return `Your answers were handed in${at}`;
}
