// One Socket.IO connection to a namespace of ours, with promises for acks and words for its state.
import { io } from "socket.io-client";
import { ApiError, api, openEnvelope } from "./csrf.js";

const REFUSED_RETRY_MS = 5000;

/**
 * `onState(state)` hears "connected", "offline" or "login" (the login has expired).
 * Returns {on, off, request, send, connected, reconnect, close}.
 */
export function openSocket(namespace, { onState = () => {}, options = {} } = {}) {
  const socket = io(namespace, {
    path: "/socket.io",
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    randomizationFactor: 0.5,
    timeout: 8000,
    ...options,
  });
  let retry = null;
  let state = "";

  function tell(next) {
    if (next !== state) {
      state = next;
      onState(next);
    }
  }

  // The library does not come back by itself after a refusal: find out why, and try again later.
  async function afterRefusal() {
    clearTimeout(retry);
    retry = setTimeout(() => socket.connect(), REFUSED_RETRY_MS * (0.75 + Math.random() / 2));
    try {
      await api("/api/auth/me");
      tell("offline");
    } catch (error) {
      tell(error.needsLogin ? "login" : "offline");
    }
  }

  socket.on("connect", () => {
    clearTimeout(retry);
    tell("connected");
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return;
    tell("offline");
    if (!socket.active) afterRefusal();
  });
  socket.on("connect_error", () => {
    if (socket.active) tell("offline");
    else afterRefusal();
  });

  return {
    on: (event, handler) => socket.on(event, handler),
    off: (event, handler) => socket.off(event, handler),
    get connected() {
      return socket.connected;
    },
    get state() {
      return state;
    },
    /** Resolves with the ack's data; rejects with ApiError, `timeout` when no ack came. */
    async request(event, data = {}, timeout = 5000) {
      if (!socket.connected) throw new ApiError("network", "Not connected.");
      let envelope;
      try {
        envelope = await socket.timeout(timeout).emitWithAck(event, data);
      } catch {
        throw new ApiError("timeout", "The server did not answer.");
      }
      return openEnvelope(envelope);
    },
    /** Sends without waiting; lost when not connected. */
    send(event, data = {}) {
      if (socket.connected) socket.emit(event, data, () => {});
    },
    /** Now, not after the pause of the library: somebody came back, or the network did. */
    reconnect() {
      if (socket.connected || socket.io._readyState === "opening") return;
      clearTimeout(retry);
      socket.disconnect(); // ends the pause
      socket.connect();
    },
    /** Drops a connection that no longer answers; the library opens a new one by itself. */
    restart() {
      if (socket.connected) socket.io.engine?.close();
      else socket.connect();
    },
    close() {
      clearTimeout(retry);
      socket.disconnect();
    },
  };
}
