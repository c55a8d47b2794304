// The connection to /proctor and the board that it keeps up to date, as one store:
// {board, connection: connecting | live | offline | login, since, refused}.
import { api } from "../../lib/rest.js";
import { elapsed, ServerClock, watchJumps } from "../../lib/clock.js";
import { newView } from "../../lib/presses.js";
import { openSocket } from "../../lib/socket.js";
import { createStore } from "../../lib/store.js";
import { createBoardSync } from "../model/board-sync.js";
import { ROOM_EVENTS } from "../model/inbox.js";

const EVENTS = [
  "student_joined",
  "student_left",
  "student_status_update",
  "real_time_stats",
  "session_waiting",
  "session_started",
  "session_paused",
  "session_resumed",
  "session_completed",
  "session_reopened",
  "session_cancelled",
  ...ROOM_EVENTS,
];

const ACK_MS = 15_000;

export function createMonitor(sessionId) {
  const clock = new ServerClock();
  const store = createStore({ board: null, connection: "connecting", since: clock.now(), refused: null });

  let status;
  store.subscribe(({ board }) => {
    const now = board?.session.status;
    if (now !== status) newView(); // the buttons of the next state come in the place of the last one's
    status = now;
  });

  async function requestSnapshot() {
    const sentAt = elapsed();
    const snapshot = await socket.request("monitor_join", { sessionId });
    clock.addSample({ sentAt, receivedAt: elapsed(), serverTime: snapshot.serverTime });
    // Only now, so that outdated data stays dimmed until the snapshot is here.
    store.set({ connection: "live", since: clock.now(), refused: null });
    return snapshot;
  }

  const boardSync = createBoardSync({
    requestSnapshot,
    onBoard: (board) => store.set({ board }),
    onRefused: (refused) => store.set({ refused: store.get().refused ?? refused }),
  });

  const socket = openSocket("/proctor", {
    onState(state) {
      if (state === "connected") {
        boardSync.connected();
      } else {
        boardSync.disconnected();
        const { connection, since } = store.get();
        store.set({ connection: state, since: connection === "live" ? clock.now() : since });
      }
    },
  });
  for (const name of EVENTS) {
    socket.on(name, (data) => {
      if (!data?.sessionId || data.sessionId === sessionId) boardSync.receive(name, data);
    });
  }
  // The server closes the connection after this; the page may reconnect if the proctor is still authorized.
  socket.on("access_changed", (refused) => store.set({ refused }));
  addEventListener("online", () => socket.reconnect());
  watchJumps(() => {
    clock.reset();
    boardSync.refresh();
  });

  // A failed request may still have been executed, so a snapshot follows in any case.
  async function changeSession(action) {
    try {
      await api(`/api/sessions/${sessionId}/${action}`, { method: "POST", body: {} });
    } finally {
      boardSync.refresh();
    }
  }

  async function request(event, data) {
    try {
      return await socket.request(event, { sessionId, ...data }, ACK_MS);
    } catch (error) {
      if (error.code === "timeout") boardSync.refresh();
      throw error;
    }
  }

  return {
    store,
    clock,
    request,
    openWaitingRoom: () => changeSession("start-waiting"),
    start: () => changeSession("start"),
    complete: () => changeSession("complete"),
    release: () => changeSession("release"),
    stats: () => api(`/api/sessions/${sessionId}/stats`),
    detailsOf: (attemptId) => api(`/api/attempts/${attemptId}/details`),
  };
}
