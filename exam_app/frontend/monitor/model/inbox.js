// What passes between the room and its proctors: requests for help, messages, alerts, outages. Pure; part of the board.

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

const MESSAGES_KEPT = 50;

export function inboxOf({ requests, messages, alerts, outages, actions }) {
  return {
    requests: requests ?? [],
    messages: messages ?? [],
    alerts: alerts ?? [],
    outages: outages ?? [],
    actions: actions ?? {},
  };
}

// A new board after one of ROOM_EVENTS. Told twice, an event changes nothing more.
export function foldRoom(board, name, data) {
  switch (name) {
    case "help_requested":
    case "help_resolved":
      return withRequest(board, data.request);
    case "integrity_alert":
    case "alert_resolved":
      return withAlert(board, data.alert);
    case "message_sent":
      return { ...board, messages: newestFirst(put(board.messages, data.message, "messageId"), "sentAt").slice(0, MESSAGES_KEPT) };
    case "message_receipts":
      return { ...board, messages: board.messages.map((message) => (message.messageId === data.messageId ? receipts(message, data) : message)) };
    default:
      return { ...board, outages: put(board.outages, data.outage, "outageId") };
  }
}

// Oldest first, and only those that still wait: a queue.
function withRequest(board, request) {
  const waiting = put(board.requests, request, "requestId").filter(({ resolvedAt }) => !resolvedAt);
  const requests = newestFirst(waiting, "createdAt").reverse();
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

// Receipts only grow; a late one does not take back what is known.
function receipts(message, { received, confirmed, recipients }) {
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

// What became of an outage: open | credited | undone. Minutes are given once, and taken back for good.
export function creditOf({ creditedAt, undoneAt }) {
  if (undoneAt) return "undone";
  return creditedAt ? "credited" : "open";
}
