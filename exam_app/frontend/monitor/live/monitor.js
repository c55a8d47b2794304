// The connection to /proctor and the board it feeds, as one store:
// {board, connection: connecting | live | offline | login, since, refused}.
import { api } from "../../lib/rest.js";
import { ServerClock } from "../../lib/clock.js";
import { openSocket } from "../../lib/socket.js";
import { createStore } from "../../lib/store.js";
import { createFeed } from "../model/board-sync.js";
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
  "session_cancelled",
  ...ROOM_EVENTS,
];

const ACK_MS = 15_000;

export function createLive(sessionId) {
  const clock = new ServerClock();
  const store = createStore({ board: null, connection: "connecting", since: Date.now(), refused: null });

  async function ask() {
    const sentAt = Date.now();
    const snapshot = await socket.request("monitor_join", { sessionId });
    clock.addSample({ sentAt, receivedAt: Date.now(), serverTime: snapshot.serverTime });
    // Old data stays dimmed until the snapshot is here.
    store.set({ connection: "live", since: Date.now(), refused: null });
    return snapshot;
  }

  const feed = createFeed({
    ask,
    onBoard: (board) => store.set({ board }),
    onRefused: (refused) => store.set({ refused: store.get().refused ?? refused }),
  });

  const socket = openSocket("/proctor", {
    onState(state) {
      if (state === "connected") {
        feed.connected();
      } else {
        feed.disconnected();
        const { connection, since } = store.get();
        store.set({ connection: state, since: connection === "live" ? Date.now() : since });
      }
    },
  });
  for (const name of EVENTS) {
    socket.on(name, (data) => {
      if (!data?.sessionId || data.sessionId === sessionId) feed.receive(name, data);
    });
  }
  // The connection closes after this, and opens again for whoever may still watch.
  socket.on("access_changed", (refused) => store.set({ refused }));
  addEventListener("online", () => socket.reconnect());

  // Without an answer nobody knows whether it was done: the snapshot does.
  async function move(action) {
    try {
      await api(`/api/sessions/${sessionId}/${action}`, { method: "POST", body: {} });
    } finally {
      feed.refresh();
    }
  }

  async function tell(event, data) {
    try {
      return await socket.request(event, { sessionId, ...data }, ACK_MS);
    } catch (error) {
      if (error.code === "timeout") feed.refresh();
      throw error;
    }
  }

  return {
    store,
    clock,
    tell,
    openWaitingRoom: () => move("start-waiting"),
    start: () => move("start"),
    complete: () => move("complete"),
    release: () => move("release"),
    stats: () => api(`/api/sessions/${sessionId}/stats`),
    detailsOf: (attemptId) => api(`/api/attempts/${attemptId}/details`),
  };
}
