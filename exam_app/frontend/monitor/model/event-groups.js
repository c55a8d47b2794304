// Groups of event types for the filter of the activity log. A type without a group appears only under "all". Pure.
import { isolated } from "../../lib/direction.js";

export const EVENT_FILTERS = {
  all: "All events",
  page: "Left the page, alerts",
  connection: "Connection",
  done: "Handed in",
  help: "Help and messages",
  text: "Answers and highlights",
  time: "Session and time",
};

const GROUPS = {
  tab_violation: "page",
  integrity_alert: "page",
  alert_acknowledged: "page",
  alert_dismissed: "page",
  hand_raised: "help",
  hand_lowered: "help",
  question_reported: "help",
  request_resolved: "help",
  message_sent: "help",
  text_highlighted: "text",
  highlight_removed: "text",
  answer_conflict: "text",
  student_joined: "connection",
  student_left: "connection",
  student_returned: "connection",
  origin_changed: "connection",
  attempt_submitted: "done",
  attempt_expired: "done",
  attempt_cancelled: "done",
  attempt_started: "time",
  attempt_paused: "time",
  attempt_resumed: "time",
  attempt_reopened: "time",
  time_extended: "time",
  accommodation_changed: "time",
  outage_credited: "time",
  outage_credit_undone: "time",
  results_released: "time",
};

export function groupOf({ type }) {
  return GROUPS[type] ?? (type.startsWith("session_") ? "time" : "other");
}

// The text of an event, prefixed with the student's name unless it contains it.
export function eventText({ text, studentName }) {
  return !studentName || text.includes(studentName.split(" ")[0]) ? text : `${isolated(studentName)}: ${text}`;
}
