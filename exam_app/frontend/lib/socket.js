// A Socket.IO connection to one namespace: acks as promises, and the connection's state.
import { io } from "socket.io-client";
import { ApiError, api, unwrap, refreshLogin } from "./rest.js";

const REFUSED_RETRY_MS = 5000;
const REFRESHED_RETRY_MS = 250;
const ACK_MS = 5000;

/**
 * `onState(state)` is called with "connected", "offline" or "login" (the login has expired).
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
  // The library also takes a connection for dead when the device's clock has jumped beyond the next ping; its timer and our
  // heartbeat notice a dead one without that clock.
  socket.io.on("open", () => (socket.io.engine._hasPingExpired = () => false));
  let retry = null;
  let state = "";
  let refusals = 0;

  function setState(next) {
    if (next !== state) {
      state = next;
      onState(next);
    }
  }

  // The library does not reconnect after the server refused the connection. A REST request finds out why, and
  // refreshes an expired login; then the connection is tried again.
  async function afterRefusal() {
    refusals += 1;
    let wait = REFUSED_RETRY_MS;
    try {
      await api("/api/auth/me");
      setState("offline");
      if (refusals === 1) wait = REFRESHED_RETRY_MS;
    } catch (error) {
      setState(error.needsLogin ? "login" : "offline");
    }
    clearTimeout(retry);
    retry = setTimeout(() => socket.connect(), wait * (0.75 + Math.random() / 2));
  }

  async function emitWithAck(event, data, timeout) {
    if (!socket.connected) throw new ApiError("network", "Not connected.");
    let envelope;
    try {
      envelope = await socket.timeout(timeout).emitWithAck(event, data);
    } catch {
      throw new ApiError("timeout", "The server did not answer.");
    }
    return unwrap(envelope);
  }

  /** The login of this connection has expired: authenticates it again without reconnecting. */
  async function reauthenticate() {
    try {
      const { accessToken } = await refreshLogin();
      await emitWithAck("authenticate", { token: accessToken }, ACK_MS);
    } catch (error) {
      if (error.needsLogin) setState("login");
      throw error;
    }
    setState("connected");
  }

  socket.on("connect", () => {
    clearTimeout(retry);
    refusals = 0;
    setState("connected");
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return;
    setState("offline");
    if (!socket.active) afterRefusal();
  });
  socket.on("connect_error", () => {
    if (socket.active) setState("offline");
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
        return await emitWithAck(event, data, timeout);
      } catch (error) {
        if (error.code !== "token_expired") throw error;
      }
      await reauthenticate();
      return emitWithAck(event, data, timeout);
    },
    /** Sends without an ack; does nothing while disconnected. */
    send(event, data = {}) {
      if (socket.connected) socket.emit(event, data, () => {});
    },
    /** Reconnects at once instead of after the library's delay: the user or the network is back. */
    reconnect() {
      if (socket.connected || socket.io._readyState === "opening") return;
      clearTimeout(retry);
      socket.disconnect(); // ends the delay
      socket.connect();
    },
    /** Drops a connection that no longer answers; the library opens a new one. */
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
