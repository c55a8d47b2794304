// Creates the exam of this page: its state, and the modules that synchronize it with the server.
import { elapsed, ServerClock } from "../../lib/clock.js";
import { openSocket } from "../../lib/socket.js";
import { createStore } from "../../lib/store.js";
import { TimeSpent } from "../model/time-spent.js";
import { watchStranded } from "./bundle.js";
import { watchDeadline } from "./deadline.js";
import { join, joinSoon } from "./join.js";
import { listen } from "./events.js";
import { watchHighlights } from "./highlights.js";
import { watchIntegrity } from "./integrity.js";
import { watchMessages } from "./messages.js";
import { sendHeartbeat, startHeartbeat, warmUp } from "./heartbeat.js";
import { watchPresence } from "./presence.js";
import { watchOffline } from "./offline.js";
import { announce } from "./notices.js";

export function createExam(boot) {
  const exam = {
    boot,
    attemptId: boot.attemptId ?? null,
    clock: new ServerClock(),
    spent: new TimeSpent(),
    ticker: createStore({ left: null, confirmed: false }),
    store: createStore({
      phase: "connecting", // connecting, waiting, exam, closed, gone, other (another user is signed in, or nobody)
      view: "question", // question, review
      connection: "connecting", // connecting, connected, offline, login
      unreachable: false, // the socket is open, but the server does not answer
      restWorks: false,
      session: null,
      attempt: null,
      answers: {}, // what the server has, by question id
      entries: [], // the queue: changes that the server has not acknowledged
      conflicts: [], // open conflicts between the student's devices, oldest first
      index: 0,
      locked: false,
      paused: false,
      pauseReason: null,
      hand: null, // {requestId, position} while the hand is raised
      messages: [], // from the proctors, oldest first
      highlights: [],
      fullScreen: false,
      closed: null,
      released: false,
      late: [], // ids of questions whose answers arrived after the deadline
      undeliverable: false, // the attempt accepts no changes any more, not even late ones
      stranded: false, // answers are pending and the network has been down for a while
      fileSaved: false,
      updatedAt: null,
      storage: null,
      notices: [],
      announcement: "",
      problem: null,
      submitting: false,
      submitProblem: null,
      helpOpen: false,
    }),
    queue: null,
    adopted: null, // the latest full state from the server
    wasLocked: false, // before a reload without a connection, by a confirmed clock
    tidied: Promise.resolve(), // what others have left on this device is deleted
    prepared: null, // the sealed paper, prefetched in the waiting room
    typing: null, // the question whose text field has the focus
    resolved: [], // conflicts resolved here that the server has not acknowledged
    conflictsAt: null, // the server's time of the newest event about conflicts
    settled: new Set(), // ids of the changes whose conflicts are known to be resolved
    deferred: [], // answers of other devices, deferred until the field loses the focus
    version: 0,
    seq: 0,
  };
  exam.resync = (ms) => joinSoon(exam, ms); // for the modules that `join` imports, to avoid a cycle
  exam.request = (event, data, timeout) => timedRequest(exam, event, data, timeout);
  return exam;
}

/** Connects the page, once it is known to belong to the student who is signed in. */
export function openExam(exam) {
  exam.socket = openSocket("/student", { onState: (state) => connectionChanged(exam, state) });
  listen(exam);
  startHeartbeat(exam);
  watchPresence(exam);
  watchIntegrity(exam);
  watchMessages(exam);
  watchHighlights(exam);
  watchDeadline(exam);
  watchOffline(exam);
  watchStranded(exam);
  joinSoon(exam, navigator.onLine ? 4000 : 0); // if there is no socket by then, over REST
}

/** Every ack with a server time is a clock sample. */
async function timedRequest(exam, event, data, timeout) {
  const sentAt = elapsed();
  const reply = await exam.socket.request(event, data, timeout);
  exam.store.set((state) => (state.unreachable ? { ...state, unreachable: false } : state));
  if (reply?.serverTime) exam.clock.addSample({ sentAt, receivedAt: elapsed(), serverTime: reply.serverTime });
  return reply;
}

function connectionChanged(exam, state) {
  const before = exam.store.get().connection;
  exam.store.set({ connection: state, restWorks: false, unreachable: false });
  if (state === "connected") {
    if (before === "offline" || before === "login") announce(exam, "Connected again.");
    sendHeartbeat(exam);
    warmUp(exam);
    join(exam).then(() => exam.queue?.flush());
  } else if (before === "connected" && exam.store.get().phase !== "gone") {
    announce(exam, state === "login" ? "You are signed out. Your answers are stored on this device." : "You are offline. Continue: your answers are stored on this device.");
  }
}
