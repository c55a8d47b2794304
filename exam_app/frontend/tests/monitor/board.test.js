import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_EVENTS, boardFrom, applyEvent, mergeEvents } from "../../monitor/model/board.js";

const snapshot = {
  session: { sessionId: "s", status: "in_progress", expiresAt: "2025-01-15T11:00:00.000Z" },
  seq: 5,
  serverTime: "2025-01-15T10:30:00.000Z",
  totalQuestions: 2,
  students: [{ studentId: "carl", firstName: "Carl", lastName: "Adams", attemptId: "a1", status: "in_progress", connected: true, questionsAnswered: 1 }],
  events: [{ eventId: "e1", at: "2025-01-15T10:29:00.000Z", type: "student_joined", text: "Carl came in" }],
  questions: [{ questionId: 7, orderIndex: 1, answered: 1 }, { questionId: 8, orderIndex: 2, answered: 0 }],
};

test("a delta changes what it names and nothing else", () => {
  const board = boardFrom(snapshot);
  const { board: next, incomplete } = applyEvent(board, "student_status_update", {
    seq: 6,
    students: [{ studentId: "carl", visible: false, awaySince: "2025-01-15T10:30:01.000Z" }],
    events: [{ eventId: "e2", at: "2025-01-15T10:30:01.000Z", type: "tab_switch", text: "Carl left the page" }],
  });
  assert.equal(incomplete, false);
  assert.equal(next.seq, 6);
  assert.equal(next.rows.carl.visible, false);
  assert.equal(next.rows.carl.questionsAnswered, 1);
  assert.deepEqual(next.events.map((event) => event.eventId), ["e2", "e1"]);
  assert.equal(board.rows.carl.visible, true, "the old board is untouched");
});

test("an event about an unknown student is incomplete", () => {
  const board = boardFrom(snapshot);
  assert.equal(applyEvent(board, "student_joined", { studentId: "cora", at: "2025-01-15T10:30:01.000Z" }).incomplete, true);
  assert.equal(applyEvent(board, "student_status_update", { students: [{ studentId: "cora" }] }).incomplete, true);
});

test("joining and leaving", () => {
  const at = "2025-01-15T10:31:00.000Z";
  const gone = applyEvent(boardFrom(snapshot), "student_left", { studentId: "carl", at }).board;
  assert.deepEqual([gone.rows.carl.connected, gone.rows.carl.lastSeen], [false, at]);
  assert.equal(applyEvent(gone, "student_joined", { studentId: "carl", at }).board.rows.carl.connected, true);
});

test("session events change its status and are incomplete", () => {
  for (const [name, status] of [["session_waiting", "waiting"], ["session_started", "in_progress"], ["session_paused", "in_progress"], ["session_resumed", "in_progress"], ["session_completed", "completed"], ["session_cancelled", "cancelled"]]) {
    const { board, incomplete } = applyEvent(boardFrom(snapshot), name, { seq: 6, expiresAt: "2025-01-15T11:10:00.000Z" });
    assert.deepEqual([board.session.status, board.session.expiresAt, incomplete], [status, "2025-01-15T11:10:00.000Z", true]);
  }
});

test("a paused session says so until it is resumed", () => {
  const at = "2025-01-15T10:31:00.000Z";
  const paused = applyEvent(boardFrom(snapshot), "session_paused", { seq: 6, pausedAt: at }).board;
  assert.equal(paused.session.pausedAt, at);
  assert.equal(applyEvent(paused, "session_resumed", { seq: 7, pausedAt: null }).board.session.pausedAt, null);
});

test("a duplicate event is listed once, and old events are dropped", () => {
  const many = Array.from({ length: MAX_EVENTS + 20 }, (_, i) => ({ eventId: i, at: new Date(i * 1000).toISOString() }));
  const merged = mergeEvents(many.slice(0, 300), many);
  assert.equal(merged.length, MAX_EVENTS);
  assert.equal(merged[0].eventId, MAX_EVENTS + 19);
});

test("an unknown event only advances the sequence number", () => {
  const { board, incomplete } = applyEvent(boardFrom(snapshot), "something_new", { seq: 6 });
  assert.deepEqual([board.seq, incomplete], [6, false]);
});

test("a snapshot preserves since when a student has been offline", () => {
  const at = "2025-01-15T10:31:00.000Z";
  const gone = { ...snapshot, students: [{ ...snapshot.students[0], connected: false, lastSeen: null }] };
  const before = applyEvent(boardFrom(snapshot), "student_left", { studentId: "carl", at }).board;
  assert.equal(boardFrom(gone, before).rows.carl.lastSeen, at);
  const logged = { ...gone, events: [{ eventId: "e3", at, type: "student_left", studentId: "carl", text: "" }] };
  assert.equal(boardFrom(logged).rows.carl.lastSeen, at);
  assert.equal(boardFrom(gone).rows.carl.lastSeen, null);
});

test("answers update the counts by question", () => {
  const { board } = applyEvent(boardFrom(snapshot), "student_status_update", {
    seq: 6,
    students: [{ studentId: "carl", questionsAnswered: 2, answered: { 8: true } }],
  });
  assert.deepEqual(board.questions.map((question) => question.answered), [1, 1]);
  assert.equal("answered" in board.rows.carl, false);
});

test("a later deadline is added time, on top of earlier additions", () => {
  const rows = [{ ...snapshot.students[0], expiresAt: "2025-01-15T11:00:00.000Z", timeAdded: 300 }];
  const { board } = applyEvent(boardFrom({ ...snapshot, students: rows }), "student_status_update", {
    seq: 6,
    students: [{ studentId: "carl", expiresAt: "2025-01-15T11:10:00.000Z" }],
  });
  assert.equal(board.rows.carl.timeAdded, 900);
});
