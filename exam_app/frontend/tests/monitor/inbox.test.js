import assert from "node:assert/strict";
import { test } from "node:test";
import { boardFrom, applyEvent } from "../../monitor/model/board.js";
import { creditOf } from "../../monitor/model/inbox.js";

const at = (minute) => `2025-01-15T10:${minute}:00.000Z`;
const snapshot = {
  session: { sessionId: "s", status: "in_progress" },
  seq: 5,
  serverTime: at(30),
  students: ["carl", "cora"].map((studentId) => ({ studentId, attemptId: `${studentId}-1`, status: "in_progress", expiresAt: at(50) })),
};
const hand = (over = {}) => ({ requestId: 1, kind: "hand", studentId: "cora", createdAt: at(31), resolvedAt: null, ...over });
const alert = (over = {}) => ({ alertId: 9, studentId: "carl", rule: "away", state: "open", raisedAt: at(31), ...over });
const message = (over = {}) => ({ messageId: 3, text: "Speak up", sentAt: at(31), recipients: 2, received: 0, confirmed: 0, ...over });
const boardAfter = (events) => events.reduce((board, [name, data]) => applyEvent(board, name, data).board, boardFrom(snapshot));

test("requests queue in order, count in the row, and leave when resolved", () => {
  const requested = boardAfter([
    ["help_requested", { request: hand({ requestId: 2, studentId: "carl", createdAt: at(33) }) }],
    ["help_requested", { request: hand() }],
    ["help_requested", { request: hand() }],
  ]);
  assert.deepEqual(requested.requests.map(({ requestId }) => requestId), [1, 2]);
  assert.deepEqual([requested.rows.cora.requests, requested.rows.carl.requests], [1, 1]);
  const resolved = applyEvent(requested, "help_resolved", { request: hand({ resolvedAt: at(34) }) }).board;
  assert.deepEqual(resolved.requests.map(({ requestId }) => requestId), [2]);
  assert.equal(resolved.rows.cora.requests, 0);
});

test("an alert counts in the row until it is resolved, and stays in the list", () => {
  const raised = boardAfter([["integrity_alert", { alert: alert() }]]);
  assert.equal(raised.rows.carl.alerts, 1);
  const dismissed = applyEvent(raised, "alert_resolved", { alert: alert({ state: "dismissed" }) }).board;
  assert.deepEqual([dismissed.rows.carl.alerts, dismissed.alerts.length, dismissed.alerts[0].state], [0, 1, "dismissed"]);
});

test("counts of message receipts only grow", () => {
  const board = boardAfter([
    ["message_sent", { message: message() }],
    ["message_receipts", { messageId: 3, received: 2, confirmed: 1, recipients: 2 }],
    ["message_receipts", { messageId: 3, received: 1, confirmed: 0, recipients: 2 }],
    ["message_sent", { message: message({ messageId: 4, sentAt: at(32) }) }],
  ]);
  assert.deepEqual(board.messages.map(({ messageId, received, confirmed }) => [messageId, received, confirmed]), [[4, 0, 0], [3, 2, 1]]);
});

test("an outage is credited once, and the credit may be undone", () => {
  const outage = { outageId: 1, minutes: 3, creditedAt: null, undoneAt: null };
  const credited = { ...outage, creditedAt: at(35) };
  const after = (...steps) => boardAfter([["outage_detected", { outage }], ...steps.map((step) => ["outage_credited", { outage: step }])]).outages.map(creditOf);
  assert.deepEqual(after(), ["open"]);
  assert.deepEqual(after(credited), ["credited"]);
  assert.deepEqual(after(credited, { ...credited, undoneAt: at(36) }), ["undone"]);
});

test("a new deadline is unconfirmed until the student's page confirms it", () => {
  const moved = boardAfter([["student_status_update", { students: [{ studentId: "carl", expiresAt: at(55) }] }]]);
  assert.equal(moved.rows.carl.deadlineReceived, false);
  const shown = applyEvent(moved, "student_status_update", { students: [{ studentId: "carl", deadlineReceived: true }] }).board;
  assert.deepEqual([shown.rows.carl.deadlineReceived, shown.rows.carl.timeAdded], [true, 300]);
});
