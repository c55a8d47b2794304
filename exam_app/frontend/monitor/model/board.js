// What the dashboard knows of a session: a snapshot, and deltas folded into it. Pure; a new board for every change.
import { countUp, stepsOf } from "./answer-counts.js";
import { ROOM_EVENTS, foldRoom, inboxOf } from "./inbox.js";

export const EVENTS_KEPT = 500;

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

// `before` is what was known until now: a snapshot does not say since when somebody has been gone.
export function boardOf(snapshot, before = null) {
  const rows = {};
  for (const student of snapshot.students) {
    const row = { ...BLANK, ...student };
    if (!row.connected && !row.lastSeen) row.lastSeen = goneSince(student.studentId, snapshot.events ?? [], before);
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

function goneSince(studentId, events, before) {
  const left = events.filter((event) => event.studentId === studentId && event.type === "student_left");
  return left.map((event) => event.at).sort().pop() ?? before?.rows[studentId]?.lastSeen ?? null;
}

// Folds one server event in. `unsure` says that the event tells of more than it carries: ask for a snapshot.
export function fold(board, name, data) {
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
      return { board: { ...next, stats: data.stats }, unsure: false };
    case "session_waiting":
    case "session_started":
    case "session_paused":
    case "session_resumed":
    case "session_completed":
    case "session_cancelled":
      return { board: { ...next, session: sessionAfter(next.session, name, data) }, unsure: true };
    default:
      return { board: ROOM_EVENTS.includes(name) ? foldRoom(next, name, data) : next, unsure: false };
  }
}

function presence(board, data, seen) {
  const known = board.rows[data.studentId];
  if (!known) return { board, unsure: true };
  return { board: { ...board, rows: { ...board.rows, [data.studentId]: { ...known, ...seen } } }, unsure: false };
}

function statusUpdate(board, data) {
  const rows = { ...board.rows };
  let { questions, known } = board;
  let unsure = false;
  for (const { answered, ...student } of data.students ?? []) {
    const row = rows[student.studentId];
    if (!row) {
      unsure = true;
      continue;
    }
    rows[student.studentId] = { ...row, ...deadlineAfter(row, student), ...student };
    if (answered) {
      const difference = rows[student.studentId].questionsAnswered - row.questionsAnswered;
      const counted = stepsOf(known, student.studentId, answered, difference);
      questions = countUp(questions, counted.steps);
      known = counted.known;
    }
  }
  return { board: { ...board, rows, questions, known, events: mergeEvents(board.events, data.events ?? []) }, unsure };
}

// A deadline that moves is time that was added, and the page has yet to say that it shows it.
// A delta tells the new deadline only.
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
  session_cancelled: "cancelled",
};

function sessionAfter(session, name, data) {
  const told = {};
  for (const field of ["startedAt", "expiresAt", "completedAt"]) if (data[field]) told[field] = data[field];
  if ("pausedAt" in data) told.pausedAt = data.pausedAt;
  return { ...session, ...told, status: STATUS_AFTER[name] };
}

// Newest first, each once.
export function mergeEvents(known, added) {
  if (!added.length) return known;
  const byId = new Map();
  for (const event of [...added, ...known]) if (!byId.has(event.eventId)) byId.set(event.eventId, event);
  return [...byId.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, EVENTS_KEPT);
}
