// The part of the board with help requests, messages, alerts and outages. Pure.

export const ROOM_EVENTS = [
  "help_requested",
  "help_resolved",
  "message_sent",
  "message_receipts",
  "integrity_alert",
  "alert_resolved",
  "outage_detected",
  "outage_credited",
];

const MAX_MESSAGES = 50;

export function inboxOf({ requests, messages, alerts, outages, actions }) {
  return {
    requests: requests ?? [],
    messages: messages ?? [],
    alerts: alerts ?? [],
    outages: outages ?? [],
    actions: actions ?? {},
  };
}

// A new board after one of ROOM_EVENTS. Idempotent: a repeated event changes nothing.
export function applyRoomEvent(board, name, data) {
  switch (name) {
    case "help_requested":
    case "help_resolved":
      return withRequest(board, data.request);
    case "integrity_alert":
    case "alert_resolved":
      return withAlert(board, data.alert);
    case "message_sent":
      return { ...board, messages: newestFirst(put(board.messages, data.message, "messageId"), "sentAt").slice(0, MAX_MESSAGES) };
    case "message_receipts":
      return { ...board, messages: board.messages.map((message) => (message.messageId === data.messageId ? withReceipts(message, data) : message)) };
    default:
      return { ...board, outages: put(board.outages, data.outage, "outageId") };
  }
}

// The queue of open requests, oldest first.
function withRequest(board, request) {
  const open = put(board.requests, request, "requestId").filter(({ resolvedAt }) => !resolvedAt);
  const requests = newestFirst(open, "createdAt").reverse();
  return counted({ ...board, requests }, request.studentId, "requests", requests);
}

function withAlert(board, alert) {
  const alerts = newestFirst(put(board.alerts, alert, "alertId"), "raisedAt");
  return counted({ ...board, alerts }, alert.studentId, "alerts", alerts.filter(isOpen));
}

export const isOpen = ({ state }) => state === "open";

function counted(board, studentId, field, items) {
  const row = board.rows[studentId];
  if (!row) return board;
  const amount = items.filter((item) => item.studentId === studentId).length;
  return { ...board, rows: { ...board.rows, [studentId]: { ...row, [field]: amount } } };
}

// Counts of receipts only grow, even if events arrive out of order.
function withReceipts(message, { received, confirmed, recipients }) {
  return {
    ...message,
    recipients: recipients ?? message.recipients,
    received: Math.max(message.received, received),
    confirmed: Math.max(message.confirmed, confirmed),
  };
}

function put(items, item, id) {
  return [item, ...items.filter((other) => other[id] !== item[id])];
}

function newestFirst(items, field) {
  return [...items].sort((a, b) => Date.parse(b[field]) - Date.parse(a[field]));
}

// The state of an outage's time credit: open | credited | undone. It is granted at most once.
export function creditOf({ creditedAt, undoneAt }) {
  if (undoneAt) return "undone";
  return creditedAt ? "credited" : "open";
}
