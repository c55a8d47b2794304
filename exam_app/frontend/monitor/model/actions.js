// The proctor's actions on attempts: their texts, whom they apply to, and their form fields. Pure.
import { asciiDigit } from "../../lib/digits.js";
import { plural } from "../../lib/format.js";
import { hasExpired, isDone, isWorking } from "./student-status.js";
import { nameOf } from "./format.js";

export const MOST_MINUTES = 600;
const INCIDENT_REASONS = ["Technical problem", "Disturbance in the room", "Fire alarm", "The student is unwell"];

// `fields`: the fields of the form. `exclusion(row)`: why the action does not apply to a student, or null. `result`
// ends "28 students …". `accumulates`: repeating the action has an effect of its own.
// `onlyNamed`: for selected students, never for everyone.
export const ACTIONS = {
  message: {
    event: "message_send",
    label: "Message",
    title: "Send a message",
    fields: ["text"],
    exclusion: (row) => (row.attemptId ? null : "has not started"),
    button: (students) => `Send to ${students}`,
    busy: "Sending…",
    failed: "The message was not sent",
    accumulates: true,
  },
  extend: {
    event: "attempts_extend",
    label: "More time",
    title: "Give more time",
    fields: ["minutes", "scaled", "reason"],
    reasons: ["Technical problem", "Late start", "Disturbance in the room", "Fire alarm", "Extra time agreed with the school"],
    exclusion: (row) => (hasExpired(row) ? null : notWorking(row)),
    button: (students, { minutes }) => `Give ${wholeMinutes(minutes) > 0 ? plural(wholeMinutes(minutes), "more minute") : "more time"} to ${students}`,
    busy: "Giving time…",
    result: (count, { minutes, scaled }) => `${have(count)} ${scaled ? "more time" : plural(wholeMinutes(minutes), "more minute")}`,
    failed: "No time was given",
    accumulates: true,
  },
  reopen: {
    event: "attempts_reopen",
    label: "Reopen",
    title: "Reopen attempts",
    explanation: "They go on with their answers and hand in again. Their earlier receipts and results stay on record. If the test shows results at once, they have seen which answers are right.",
    fields: ["minutes", "reason"],
    minutesLabel: "Minutes from now",
    reasons: ["Handed in by mistake", "Handed in for the wrong student", "Technical problem"],
    exclusion: (row) => (isDone(row) ? null : isWorking(row) ? "is still working" : notWorking(row)),
    button: (students) => `Reopen for ${students}`,
    busy: "Reopening…",
    result: (count) => `${count === 1 ? "goes" : "go"} on`,
    failed: "Nothing was reopened",
    onlyNamed: true,
  },
  pause: {
    event: "attempts_pause",
    label: "Pause",
    title: "Pause the exam",
    explanation: "Their timer stops, and they cannot answer until you resume. Saved answers are kept.",
    fields: ["reason"],
    reasons: INCIDENT_REASONS,
    exclusion: (row) => (row.status === "paused" ? "is paused already" : notWorking(row)),
    button: (students) => `Pause ${students}`,
    busy: "Pausing…",
    result: (count) => `${are(count)} paused`,
    failed: "Nobody was paused",
  },
  resume: {
    event: "attempts_resume",
    label: "Resume",
    title: "Resume the exam",
    explanation: "They can answer again. Their deadline moves by the length of the pause.",
    fields: ["reason"],
    reasons: ["The problem is solved", "Everybody is back", "Paused by mistake"],
    exclusion: (row) => notWorking(row) ?? (row.status === "paused" ? null : "is not paused"),
    button: (students) => `Resume ${students}`,
    busy: "Resuming…",
    result: (count) => `${are(count)} working again`,
    failed: "Nobody was resumed",
  },
  submit: {
    event: "attempts_submit",
    label: "Hand in",
    title: "Hand in for students",
    explanation: "The answers saved on the server are handed in as they are. An attempt can be reopened until the results are released.",
    fields: ["reason"],
    reasons: ["The student has left", "The student asked for it", "Technical problem"],
    exclusion: notWorking,
    button: (students) => `Hand in for ${students}`,
    busy: "Handing in…",
    result: (count) => `${have(count)} handed in`,
    failed: "Nothing was handed in",
    danger: true,
  },
  cancel: {
    event: "attempts_cancel",
    label: "Cancel attempt",
    title: "Cancel attempts",
    explanation: "The answers are stored but not scored. This cannot be undone.",
    fields: ["reason"],
    reasons: ["The student was taken ill", "Broke the rules of the exam", "Wrong student"],
    exclusion: notWorking,
    button: (students) => `Cancel the ${students.startsWith("1 ") ? "attempt" : "attempts"} of ${students}`,
    busy: "Cancelling…",
    result: (count) => `had their ${count === 1 ? "attempt" : "attempts"} cancelled`,
    failed: "Nothing was cancelled",
    danger: true,
  },
};

function notWorking(row) {
  if (isWorking(row)) return null;
  if (isDone(row)) return "has handed in";
  return row.status === "cancelled" ? "was cancelled" : "has not started";
}

/**
 * Minutes as typed, in the digits of any keyboard; NaN for everything else. Not a number field: there a browser drops a
 * comma that it does not expect, and ten and a half minutes become 105.
 */
export function wholeMinutes(text) {
  const plain = [...String(text).trim()].map(asciiDigit).join("");
  return /^[0-9]+$/.test(plain) ? Number(plain) : NaN;
}

/** What the field of minutes begins with: whoever handed in by mistake gets what they had left, and nobody loses time. */
export function suggestedMinutes(name, rows) {
  const left = name === "reopen" ? rows.map((row) => Math.ceil((Date.parse(row.expiresAt) - Date.parse(row.submittedAt)) / 60000)) : [];
  return String(Math.min(MOST_MINUTES, Math.max(10, ...left.filter(Number.isFinite))));
}

const are = (count) => (count === 1 ? "is" : "are");
const have = (count) => (count === 1 ? "has" : "have");

// Whom an action applies to, and whom not: {included: [row], excluded: [{row, reason}]}. A message to everyone also
// reaches students who have not started.
export function targetsOf(name, rows, everyone = false) {
  if (name === "message" && everyone) return { included: rows, excluded: [] };
  const checked = rows.map((row) => ({ row, reason: ACTIONS[name].exclusion(row) }));
  return { included: checked.filter(({ reason }) => !reason).map(({ row }) => row), excluded: checked.filter(({ reason }) => reason) };
}

// [["has handed in", [names]], …]: the excluded students by reason.
export function byReason(excluded) {
  const groups = new Map();
  for (const { row, reason } of excluded) groups.set(reason, [...(groups.get(reason) ?? []), nameOf(row)]);
  return [...groups];
}

// The errors of a form: {field: message}, empty when it can be sent. `included`: the students it applies to.
export function validate(name, form, included) {
  const { fields } = ACTIONS[name];
  const errors = {};
  const minutes = wholeMinutes(form.minutes);
  if (!included.length) errors.who = "This does not apply to any of the selected students. Choose everyone, or select others.";
  if (fields.includes("text") && !form.text.trim()) errors.text = "Enter a message.";
  if (fields.includes("minutes") && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES)) {
    errors.minutes = `Enter whole minutes from 1 to ${MOST_MINUTES}.`;
  }
  if (fields.includes("reason") && !form.reason.trim()) errors.reason = "Enter a reason: it is kept on record.";
  return errors;
}

// The actions that are possible in this state of the session, out of the `permitted` ones: {name: boolean}.
export function possibleIn(session, permitted) {
  if (session.status === "in_progress") return permitted;
  return { reopen: permitted.reopen && session.status === "completed" && !session.resultsReleasedAt };
}

// The payload of the event, from a valid form.
export function payloadOf(name, form, attemptIds) {
  if (name === "message") return { attemptIds, text: form.text.trim() };
  const data = { attemptIds, reason: form.reason.trim() };
  const { fields } = ACTIONS[name];
  if (fields.includes("minutes")) data.minutes = wholeMinutes(form.minutes);
  return fields.includes("scaled") && form.scaled ? { ...data, scaled: true } : data;
}

// "28 of 30 students are paused"
export function outcomeText(name, { done, refused }, form) {
  const result = ACTIONS[name].result(done.length, form);
  if (!refused.length) return `${plural(done.length, "student")} ${result}`;
  return `${done.length} of ${plural(done.length + refused.length, "student")} ${result}`;
}
