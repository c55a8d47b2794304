// The exam of this page: its state, and the parts that keep it in step with the server.
import { ServerClock } from "../../lib/clock.js";
import { openSocket } from "../../lib/socket.js";
import { createStore } from "../../lib/store.js";
import { TimeSpent } from "../model/time-spent.js";
import { watchStranded } from "./bundle.js";
import { watchDeadline } from "./deadline.js";
import { enter, enterSoon } from "./join.js";
import { listen } from "./events.js";
import { watchHighlights } from "./highlights.js";
import { watchIntegrity } from "./integrity.js";
import { watchMessages } from "./messages.js";
import { beat, startHeartbeat, warmUp } from "./heartbeat.js";
import { watchPresence } from "./presence.js";
import { watchOffline } from "./offline.js";
import { announce } from "./notices.js";

export function createExam(boot) {
  const exam = {
    boot,
    attemptId: boot.attemptId ?? null,
    clock: new ServerClock(),
    spent: new TimeSpent(),
    ticker: createStore({ left: null }),
    store: createStore({
      phase: "connecting", // connecting, waiting, exam, closed, gone
      view: "question", // question, review
      connection: "connecting", // connecting, connected, offline, login
      unreachable: false, // the socket seems open, but nothing is answered
      restWorks: false,
      session: null,
      attempt: null,
      answers: {}, // what the server has, by question id
      entries: [], // what waits on this device
      conflicts: [], // between two devices of the student, not settled, oldest first
      index: 0,
      locked: false,
      paused: false,
      pauseReason: null,
      hand: null, // {requestId, position} while it is up
      messages: [], // of the proctors, oldest first
      marks: [], // highlights as they are shown
      fullScreen: false,
      closed: null,
      released: false,
      late: [], // questions with answers that arrived after the end
      undeliverable: false, // the attempt takes nothing any more, not even as late
      stranded: false, // answers wait and the network has been away for a while
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
    adopted: null, // the state as the server told it last
    prepared: null, // the paper that waits sealed for the start
    typing: null, // the question whose text field has the focus
    decided: [], // conflicts the student has decided here, and the server does not know it yet
    held: [], // answers from elsewhere that wait until the field is left
    version: 0,
    seq: 0,
  };
  exam.comeBack = (ms) => enterSoon(exam, ms); // for the parts that `enter` itself uses
  exam.request = (event, data, timeout) => timedRequest(exam, event, data, timeout);
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
  enterSoon(exam, navigator.onLine ? 4000 : 0); // without a socket by then, over REST
  return exam;
}

/** Every ack with a server time is a sample for the clock. */
async function timedRequest(exam, event, data, timeout) {
  const sentAt = Date.now();
  const reply = await exam.socket.request(event, data, timeout);
  exam.store.set((state) => (state.unreachable ? { ...state, unreachable: false } : state));
  if (reply?.serverTime) exam.clock.addSample({ sentAt, receivedAt: Date.now(), serverTime: reply.serverTime });
  return reply;
}

function connectionChanged(exam, state) {
  const before = exam.store.get().connection;
  exam.store.set({ connection: state, restWorks: false, unreachable: false });
  if (state === "connected") {
    if (before === "offline" || before === "login") announce(exam, "Connected again.");
    beat(exam);
    warmUp(exam);
    enter(exam).then(() => exam.queue?.flush());
  } else if (before === "connected") {
    announce(exam, state === "login" ? "You are signed out. Your answers are kept on this device." : "Offline. Go on: your answers are kept on this device.");
  }
}
