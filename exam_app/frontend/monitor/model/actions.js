// What a proctor can do to students: in words, whom it reaches, and what it needs to know first. Pure.
import { plural } from "../../lib/format.js";
import { isDone, isWorking } from "./student-status.js";
import { nameOf } from "./format.js";

export const MOST_MINUTES = 600;
const TROUBLE_REASONS = ["Technical problem", "Disturbance in the room", "Fire alarm", "The student does not feel well"];

// `needs`: the fields of the form. `reach(row)`: null, or why the student is not hit. `deed` ends "28 students …".
// `repeats`: doing it twice counts twice.
export const ACTIONS = {
  message: {
    event: "message_send",
    label: "Message",
    title: "Send a message",
    needs: ["text"],
    reach: (row) => (row.attemptId ? null : "has not started"),
    button: (students) => `Send to ${students}`,
    busy: "Sending…",
    failed: "The message was not sent",
    repeats: true,
  },
  extend: {
    event: "attempts_extend",
    label: "More time",
    title: "More time",
    needs: ["minutes", "reason"],
    reasons: ["Technical problem", "Late start", "Disturbance in the room", "Fire alarm", "Extra time agreed with the school"],
    reach: notWorking,
    button: (students, { minutes }) => `Give ${Number(minutes) > 0 ? plural(Number(minutes), "more minute") : "more time"} to ${students}`,
    busy: "Giving time…",
    deed: (count, { minutes, scaled }) => `${have(count)} ${scaled ? "more time" : plural(Number(minutes), "more minute")}`,
    failed: "No time was given",
    repeats: true,
  },
  pause: {
    event: "attempts_pause",
    label: "Pause",
    title: "Pause the exam",
    says: "Their time stands still and they cannot answer until you resume. Their answers stay as they are.",
    needs: ["reason"],
    reasons: TROUBLE_REASONS,
    reach: (row) => (row.status === "paused" ? "is paused already" : notWorking(row)),
    button: (students) => `Pause ${students}`,
    busy: "Pausing…",
    deed: (count) => `${are(count)} paused`,
    failed: "Nobody was paused",
  },
  resume: {
    event: "attempts_resume",
    label: "Resume",
    title: "Let the exam go on",
    says: "They can answer again. Their time ends later by as long as they were paused.",
    needs: ["reason"],
    reasons: ["The trouble is over", "Everybody is back", "Paused by mistake"],
    reach: (row) => notWorking(row) ?? (row.status === "paused" ? null : "is not paused"),
    button: (students) => `Resume ${students}`,
    busy: "Resuming…",
    deed: (count) => `${count === 1 ? "goes" : "go"} on`,
    failed: "Nobody goes on",
  },
  submit: {
    event: "attempts_submit",
    label: "Hand in",
    title: "Hand in for the students",
    says: "What the server has saved is handed in as it is. This cannot be undone.",
    needs: ["reason"],
    reasons: ["The student has left", "The student asked for it", "Technical problem"],
    reach: notWorking,
    button: (students) => `Hand in for ${students}`,
    busy: "Handing in…",
    deed: (count) => `${have(count)} handed in`,
    failed: "Nothing was handed in",
    danger: true,
  },
  cancel: {
    event: "attempts_cancel",
    label: "Cancel attempt",
    title: "Cancel attempts",
    says: "The answers are kept, and nothing is scored. This cannot be undone.",
    needs: ["reason"],
    reasons: ["The student was taken ill", "Broke the rules of the exam", "Wrong student"],
    reach: notWorking,
    button: (students) => `Cancel the ${students.startsWith("1 ") ? "attempt" : "attempts"} of ${students}`,
    busy: "Cancelling…",
    deed: (count) => `${are(count)} out of the exam`,
    failed: "Nothing was cancelled",
    danger: true,
  },
};

function notWorking(row) {
  if (isWorking(row)) return null;
  if (isDone(row)) return "has handed in";
  return row.status === "cancelled" ? "was cancelled" : "has not started";
}

const are = (count) => (count === 1 ? "is" : "are");
const have = (count) => (count === 1 ? "has" : "have");

// Who is hit and who is not, with the reason: {hit: [row], spared: [{row, why}]}. A message to everyone reaches
// those who have not begun, too.
export function targetsOf(name, rows, everyone = false) {
  if (name === "message" && everyone) return { hit: rows, spared: [] };
  const judged = rows.map((row) => ({ row, why: ACTIONS[name].reach(row) }));
  return { hit: judged.filter(({ why }) => !why).map(({ row }) => row), spared: judged.filter(({ why }) => why) };
}

// [["has handed in", [names]], …]: those who are not hit, by reason.
export function byReason(spared) {
  const groups = new Map();
  for (const { row, why } of spared) groups.set(why, [...(groups.get(why) ?? []), nameOf(row)]);
  return [...groups];
}

// What is wrong with a form: {field: words}, empty when it can be sent.
export function problemsOf(name, form, hit) {
  const { needs } = ACTIONS[name];
  const found = {};
  const minutes = Number(form.minutes);
  if (!hit.length) found.who = "This reaches none of the students you chose. Choose everyone, or select others.";
  if (needs.includes("text") && !form.text.trim()) found.text = "Write what the students should read.";
  if (needs.includes("minutes") && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES)) {
    found.minutes = `Enter whole minutes from 1 to ${MOST_MINUTES}.`;
  }
  if (needs.includes("reason") && !form.reason.trim()) found.reason = "Say why: it is kept on record.";
  return found;
}

// The data of the event, from a form that has no problems.
export function dataOf(name, form, attemptIds) {
  if (name === "message") return { attemptIds, text: form.text.trim() };
  const data = { attemptIds, reason: form.reason.trim() };
  return name === "extend" ? { ...data, minutes: Number(form.minutes), ...(form.scaled && { scaled: true }) } : data;
}

// "28 of 30 students are paused"
export function outcomeWords(name, { done, refused }, form) {
  const deed = ACTIONS[name].deed(done.length, form);
  if (!refused.length) return `${plural(done.length, "student")} ${deed}`;
  return `${done.length} of ${plural(done.length + refused.length, "student")} ${deed}`;
}
