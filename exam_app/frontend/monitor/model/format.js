// Texts that only the dashboard needs; the rest is in lib/format.js. Pure.
import { isolated } from "../../lib/direction.js";

// 48 s -> `0:48`, 3725 s -> `1:02:05`; never negative.
export function stopwatch(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const rest = String(seconds % 60).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

// The remaining time, rounded up, so that 0:00 means that time is up.
export function countdown(milliseconds) {
  return milliseconds === null ? "" : stopwatch(Math.ceil(milliseconds / 1000) * 1000);
}

// `Ada, Ben and Cem`, or `Ada, Ben and 3 more`.
export function listOf(texts, most = 6) {
  const names = texts.map(isolated);
  if (names.length > most) return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

export function nameOf(row) {
  return `${row.firstName} ${row.lastName}`.trim();
}

// A help request as text: `raised a hand at question 7`.
export function requestText({ kind, questionIndex }) {
  if (kind === "question_report") return questionIndex ? `reports question ${questionIndex}` : "reports a question";
  return questionIndex ? `raised a hand at question ${questionIndex}` : "raised a hand";
}

export const SESSION_STATES = {
  scheduled: "Scheduled",
  waiting: "Waiting room open",
  in_progress: "In progress",
  completed: "Completed",
  cancelled: "Cancelled",
};
