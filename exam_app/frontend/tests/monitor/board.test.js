import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENTS_KEPT, boardOf, fold, mergeEvents } from "../../monitor/model/board.js";

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
  const board = boardOf(snapshot);
  const { board: next, unsure } = fold(board, "student_status_update", {
    seq: 6,
    students: [{ studentId: "carl", visible: false, awaySince: "2025-01-15T10:30:01.000Z" }],
    events: [{ eventId: "e2", at: "2025-01-15T10:30:01.000Z", type: "tab_switch", text: "Carl left the page" }],
  });
  assert.equal(unsure, false);
  assert.equal(next.seq, 6);
  assert.equal(next.rows.carl.visible, false);
  assert.equal(next.rows.carl.questionsAnswered, 1);
  assert.deepEqual(next.events.map((event) => event.eventId), ["e2", "e1"]);
  assert.equal(board.rows.carl.visible, true, "the old board is untouched");
});

test("somebody unknown makes the board unsure", () => {
  const board = boardOf(snapshot);
  assert.equal(fold(board, "student_joined", { studentId: "cora", at: "2025-01-15T10:30:01.000Z" }).unsure, true);
  assert.equal(fold(board, "student_status_update", { students: [{ studentId: "cora" }] }).unsure, true);
});

test("coming and going", () => {
  const at = "2025-01-15T10:31:00.000Z";
  const gone = fold(boardOf(snapshot), "student_left", { studentId: "carl", at }).board;
  assert.deepEqual([gone.rows.carl.connected, gone.rows.carl.lastSeen], [false, at]);
  assert.equal(fold(gone, "student_joined", { studentId: "carl", at }).board.rows.carl.connected, true);
});

test("the session's own events move its state and ask for the rest", () => {
  for (const [name, status] of [["session_waiting", "waiting"], ["session_started", "in_progress"], ["session_paused", "in_progress"], ["session_resumed", "in_progress"], ["session_completed", "completed"], ["session_cancelled", "cancelled"]]) {
    const { board, unsure } = fold(boardOf(snapshot), name, { seq: 6, expiresAt: "2025-01-15T11:10:00.000Z" });
    assert.deepEqual([board.session.status, board.session.expiresAt, unsure], [status, "2025-01-15T11:10:00.000Z", true]);
  }
});

test("a room that is paused as a whole says so until it goes on", () => {
  const at = "2025-01-15T10:31:00.000Z";
  const paused = fold(boardOf(snapshot), "session_paused", { seq: 6, pausedAt: at }).board;
  assert.equal(paused.session.pausedAt, at);
  assert.equal(fold(paused, "session_resumed", { seq: 7, pausedAt: null }).board.session.pausedAt, null);
});

test("an event that is told twice is listed once, and old ones make room", () => {
  const many = Array.from({ length: EVENTS_KEPT + 20 }, (_, i) => ({ eventId: i, at: new Date(i * 1000).toISOString() }));
  const merged = mergeEvents(many.slice(0, 300), many);
  assert.equal(merged.length, EVENTS_KEPT);
  assert.equal(merged[0].eventId, EVENTS_KEPT + 19);
});

test("an unknown event only moves the number on", () => {
  const { board, unsure } = fold(boardOf(snapshot), "something_new", { seq: 6 });
  assert.deepEqual([board.seq, unsure], [6, false]);
});

test("a snapshot does not forget since when somebody has been gone", () => {
  const at = "2025-01-15T10:31:00.000Z";
  const gone = { ...snapshot, students: [{ ...snapshot.students[0], connected: false, lastSeen: null }] };
  const before = fold(boardOf(snapshot), "student_left", { studentId: "carl", at }).board;
  assert.equal(boardOf(gone, before).rows.carl.lastSeen, at);
  const told = { ...gone, events: [{ eventId: "e3", at, type: "student_left", studentId: "carl", text: "" }] };
  assert.equal(boardOf(told).rows.carl.lastSeen, at);
  assert.equal(boardOf(gone).rows.carl.lastSeen, null);
});

test("answers count up the questions", () => {
  const { board } = fold(boardOf(snapshot), "student_status_update", {
    seq: 6,
    students: [{ studentId: "carl", questionsAnswered: 2, answered: { 8: true } }],
  });
  assert.deepEqual(board.questions.map((question) => question.answered), [1, 1]);
  assert.equal("answered" in board.rows.carl, false);
});

test("a deadline that moves is time added, on top of what was", () => {
  const rows = [{ ...snapshot.students[0], expiresAt: "2025-01-15T11:00:00.000Z", timeAdded: 300 }];
  const { board } = fold(boardOf({ ...snapshot, students: rows }), "student_status_update", {
    seq: 6,
    students: [{ studentId: "carl", expiresAt: "2025-01-15T11:10:00.000Z" }],
  });
  assert.equal(board.rows.carl.timeAdded, 900);
});
