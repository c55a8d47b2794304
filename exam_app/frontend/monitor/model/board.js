// The dashboard's state of a session: a snapshot with the deltas applied to it. Pure: every change returns a new board.
import { applyCountChanges, countChanges } from "./answer-counts.js";
import { ROOM_EVENTS, applyRoomEvent, inboxOf } from "./inbox.js";

export const MAX_EVENTS = 500;

const BLANK = {
  attemptId: null,
  status: null,
  connected: false,
  visible: true,
  awaySince: null,
  pending: 0,
  notSavingSince: null,
  lastSeen: null,
  currentQuestionIndex: 0,
  questionsAnswered: 0,
  totalQuestions: 0,
  completionPercentage: 0,
  violations: 0,
  highlights: 0,
  expiresAt: null,
  timeAdded: 0,
  submittedAt: null,
  receipt: null,
  pausedAt: null,
  alerts: 0,
  requests: 0,
  deadlineReceived: null,
  multiplier: 1,
};

// `rank`: the place by name, in the server's order, which is the same everywhere. `before`: the previous board. A snapshot may not say since when a student has been offline.
export function boardFrom(snapshot, before = null) {
  const rows = {};
  for (const [rank, student] of snapshot.students.entries()) {
    const row = { ...BLANK, ...student, rank };
    if (!row.connected && !row.lastSeen) row.lastSeen = offlineSince(student.studentId, snapshot.events ?? [], before);
    rows[student.studentId] = row;
  }
  return {
    session: snapshot.session,
    seq: snapshot.seq ?? 0,
    serverTime: snapshot.serverTime,
    totalQuestions: snapshot.totalQuestions,
    rows,
    stats: snapshot.stats ?? null,
    events: mergeEvents([], snapshot.events ?? []),
    questions: snapshot.questions ?? [],
    known: {},
    ...inboxOf(snapshot),
  };
}

function offlineSince(studentId, events, before) {
  const left = events.filter((event) => event.studentId === studentId && event.type === "student_left");
  return left.map((event) => event.at).sort().pop() ?? before?.rows[studentId]?.lastSeen ?? null;
}

// Applies a server event: {board, incomplete}. `incomplete`: the event does not carry the whole change, so that a
// snapshot is needed.
export function applyEvent(board, name, data) {
  const next = { ...board, serverTime: data.serverTime ?? board.serverTime };
  if (typeof data.seq === "number") next.seq = data.seq;
  switch (name) {
    case "student_joined":
      return presence(next, data, { connected: true, lastSeen: data.at });
    case "student_left":
      return presence(next, data, { connected: false, lastSeen: data.lastSeen ?? data.at });
    case "student_status_update":
      return statusUpdate(next, data);
    case "real_time_stats":
      return { board: { ...next, stats: data.stats }, incomplete: false };
    case "session_waiting":
    case "session_started":
    case "session_paused":
    case "session_resumed":
    case "session_completed":
    case "session_reopened":
    case "session_cancelled":
      return { board: { ...next, session: sessionAfter(next.session, name, data) }, incomplete: true };
    default:
      return { board: ROOM_EVENTS.includes(name) ? applyRoomEvent(next, name, data) : next, incomplete: false };
  }
}

function presence(board, data, seen) {
  const known = board.rows[data.studentId];
  if (!known) return { board, incomplete: true };
  return { board: { ...board, rows: { ...board.rows, [data.studentId]: { ...known, ...seen } } }, incomplete: false };
}

function statusUpdate(board, data) {
  const rows = { ...board.rows };
  let { questions, known } = board;
  let incomplete = false;
  for (const { answered, ...student } of data.students ?? []) {
    const row = rows[student.studentId];
    if (!row) {
      incomplete = true;
      continue;
    }
    rows[student.studentId] = { ...row, ...deadlineAfter(row, student), ...student };
    if (answered) {
      const difference = rows[student.studentId].questionsAnswered - row.questionsAnswered;
      const counted = countChanges(known, student.studentId, answered, difference);
      questions = applyCountChanges(questions, counted.changes);
      known = counted.known;
    }
  }
  return { board: { ...board, rows, questions, known, events: mergeEvents(board.events, data.events ?? []) }, incomplete };
}

// A delta has only the new deadline: the difference is added time, which the student's page has not confirmed yet.
function deadlineAfter(row, { expiresAt }) {
  if (!row.expiresAt || !expiresAt || row.expiresAt === expiresAt) return {};
  const seconds = Math.round((Date.parse(expiresAt) - Date.parse(row.expiresAt)) / 1000);
  return { timeAdded: row.timeAdded + seconds, deadlineReceived: false };
}

const STATUS_AFTER = {
  session_waiting: "waiting",
  session_started: "in_progress",
  session_paused: "in_progress",
  session_resumed: "in_progress",
  session_completed: "completed",
  session_reopened: "in_progress",
  session_cancelled: "cancelled",
};

function sessionAfter(session, name, data) {
  const changes = {};
  for (const field of ["startedAt", "expiresAt", "completedAt"]) if (data[field]) changes[field] = data[field];
  if ("pausedAt" in data) changes.pausedAt = data.pausedAt;
  return { ...session, ...changes, status: STATUS_AFTER[name] };
}

// Newest first, without duplicates.
export function mergeEvents(known, added) {
  if (!added.length) return known;
  const byId = new Map();
  for (const event of [...added, ...known]) if (!byId.has(event.eventId)) byId.set(event.eventId, event);
  return [...byId.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, MAX_EVENTS);
}
