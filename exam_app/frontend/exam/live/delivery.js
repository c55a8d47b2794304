// The two doors for answers: Socket.IO first, REST when there is no connection or no ack.
import { ApiError, api } from "../../lib/csrf.js";
import { groupsBySize } from "../model/changes.js";

const ACK_MS = 5000;

/** `send(changes)` for the queue. The same change ids go through either door, so a repetition is harmless. */
export function createSender({ socket, attemptId, onAnswered = () => {} }) {
  return async function send(changes) {
    try {
      const reply = await socket.request("answers_save", { attemptId, changes }, ACK_MS);
      onAnswered("socket");
      return reply;
    } catch (error) {
      if (!(error instanceof ApiError) || !(error.code === "network" || error.code === "timeout")) throw error;
    }
    const reply = await api(answersPath(attemptId), { method: "POST", body: { changes }, timeout: ACK_MS * 2 });
    onAnswered("rest");
    return reply;
  };
}

/** A page that goes away sends what it has; the browser delivers it after the page is gone. */
export function sendParting(attemptId, changes) {
  for (const group of groupsBySize(changes)) {
    api(answersPath(attemptId), { method: "POST", body: { changes: group }, keepalive: true }).catch(() => {});
  }
}

function answersPath(attemptId) {
  return `/api/attempts/${encodeURIComponent(attemptId)}/answers`;
}
