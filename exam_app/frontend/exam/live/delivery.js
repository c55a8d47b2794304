// The two doors for answers: Socket.IO first, REST when there is no connection or no ack.
import { ApiError, api } from "../../lib/rest.js";
import { groupsBySize, newChangeId } from "../model/changes.js";

const ACK_MS = 5000;
const SOCKET_REST_MS = 30000;

const DEVICE = "exam-device";
let device = null;

/** Tells this browser from the student's others; it says nothing about the person. */
function deviceId() {
  try {
    device ??= localStorage.getItem(DEVICE);
    if (!device) localStorage.setItem(DEVICE, (device = newChangeId()));
  } catch {
    device ??= newChangeId(); // private mode: as long as the page lives
  }
  return device;
}

/** `sentAt` is this device's own clock, as is each `clientTime`: their difference is the age of a change. */
export function parcel(changes) {
  return { changes, sentAt: new Date().toISOString(), deviceId: deviceId() };
}

/**
 * `send(changes)` for the queue. The same change ids go through either door, so a repetition is harmless. A
 * socket that did not answer is left alone for a while: nobody should wait for it with every answer.
 */
export function createSender({ socket, attemptId, onAnswered = () => {}, now = Date.now }) {
  let socketAgainAt = 0;
  return async function send(changes) {
    try {
      if (now() < socketAgainAt) throw new ApiError("network", "The socket did not answer.");
      const reply = await socket.request("answers_save", { attemptId, ...parcel(changes) }, ACK_MS);
      onAnswered("socket");
      return reply;
    } catch (error) {
      if (!error.isNetwork) throw error;
      if (error.code === "timeout") socketAgainAt = now() + SOCKET_REST_MS;
    }
    const reply = await api(answersPath(attemptId), { method: "POST", body: parcel(changes), timeout: ACK_MS * 2 });
    onAnswered("rest");
    return reply;
  };
}

/** A page that goes away sends what it has; the browser delivers it after the page is gone. */
export function sendParting(attemptId, changes) {
  for (const group of groupsBySize(changes)) {
    api(answersPath(attemptId), { method: "POST", body: parcel(group), keepalive: true }).catch(() => {});
  }
}

function answersPath(attemptId) {
  return `/api/attempts/${encodeURIComponent(attemptId)}/answers`;
}
