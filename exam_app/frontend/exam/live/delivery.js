// Sends answers over Socket.IO, or over REST when there is no connection or no ack.
import { recall, remember } from "../../lib/device.js";
import { ApiError, api } from "../../lib/rest.js";
import { elapsed, pageTime } from "../../lib/clock.js";
import { groupsBySize, newChangeId } from "../model/changes.js";
import { timedChanges } from "../model/moments.js";

const ACK_MS = 5000;
const SOCKET_COOLDOWN_MS = 30000;
const PAGE = newChangeId();

const DEVICE = "exam-device";
let device = null;

/** A random id that distinguishes this browser from the student's other devices. */
function deviceId() {
  device ??= recall(DEVICE);
  if (!device) remember(DEVICE, (device = newChangeId())); // private mode: valid until the page is closed
  return device;
}

/** This moment, whose age can be told later: see the moments of the model. */
export function momentNow(clock) {
  return { page: PAGE, at: elapsed(), server: clock.confirmed ? clock.now() : null };
}

/** `sentAt` and each `clientTime` are on one time line, so their difference is the age of a change. */
export function savePayload(changes, clock) {
  const sent = pageTime();
  return { changes: timedChanges(changes, momentNow(clock), sent), sentAt: new Date(sent).toISOString(), deviceId: deviceId() };
}

/**
 * `send(changes)` for the queue. Both transports carry the same change ids, so a retry is idempotent. A socket that
 * did not answer is skipped for a while, so that not every answer waits for its timeout.
 */
export function createSender({ socket, attemptId, clock, onReply = () => {}, now = elapsed }) {
  let socketRetryAt = 0;
  return async function send(changes) {
    try {
      if (now() < socketRetryAt) throw new ApiError("network", "The socket did not answer.");
      const reply = await socket.request("answers_save", { attemptId, ...savePayload(changes, clock) }, ACK_MS);
      onReply("socket");
      return reply;
    } catch (error) {
      if (!error.isNetwork) throw error;
      if (error.code === "timeout") socketRetryAt = now() + SOCKET_COOLDOWN_MS;
    }
    const reply = await api(answersPath(attemptId), { method: "POST", body: savePayload(changes, clock), timeout: ACK_MS * 2 });
    onReply("rest");
    return reply;
  };
}

/** Sends changes while the page is unloaded; `keepalive` lets the browser finish the requests afterwards. */
export function sendOnUnload(attemptId, changes, clock) {
  for (const group of groupsBySize(changes)) {
    api(answersPath(attemptId), { method: "POST", body: savePayload(group, clock), keepalive: true }).catch(() => {});
  }
}

function answersPath(attemptId) {
  return `/api/attempts/${encodeURIComponent(attemptId)}/answers`;
}
