// One Socket.IO connection to a namespace of ours, with promises for acks and words for its state.
import { io } from "socket.io-client";
import { ApiError, api, openEnvelope, renewLogin } from "./rest.js";

const REFUSED_RETRY_MS = 5000;
const RENEWED_RETRY_MS = 250;
const ACK_MS = 5000;

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
  let refusals = 0;

  function tell(next) {
    if (next !== state) {
      state = next;
      onState(next);
    }
  }

  // The library does not come back by itself after a refusal: find out why, which renews a login that has
  // run out, and try again.
  async function afterRefusal() {
    refusals += 1;
    let wait = REFUSED_RETRY_MS;
    try {
      await api("/api/auth/me");
      tell("offline");
      if (refusals === 1) wait = RENEWED_RETRY_MS;
    } catch (error) {
      tell(error.needsLogin ? "login" : "offline");
    }
    clearTimeout(retry);
    retry = setTimeout(() => socket.connect(), wait * (0.75 + Math.random() / 2));
  }

  async function ask(event, data, timeout) {
    if (!socket.connected) throw new ApiError("network", "Not connected.");
    let envelope;
    try {
      envelope = await socket.timeout(timeout).emitWithAck(event, data);
    } catch {
      throw new ApiError("timeout", "The server did not answer.");
    }
    return openEnvelope(envelope);
  }

  /** The login of this connection has run out: a fresh one goes on without a new connection. */
  async function renew() {
    try {
      const { accessToken } = await renewLogin();
      await ask("authenticate", { token: accessToken }, ACK_MS);
    } catch (error) {
      if (error.needsLogin) tell("login");
      throw error;
    }
    tell("connected");
  }

  socket.on("connect", () => {
    clearTimeout(retry);
    refusals = 0;
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
    async request(event, data = {}, timeout = ACK_MS) {
      try {
        return await ask(event, data, timeout);
      } catch (error) {
        if (error.code !== "token_expired") throw error;
      }
      await renew();
      return ask(event, data, timeout);
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
