import assert from "node:assert/strict";
import { test } from "node:test";
import { createSender } from "../../exam/live/delivery.js";
import { ApiError } from "../../lib/rest.js";

/** A socket that fails with the code `socketFails`; REST answers or fails by `rest`. */
function setUp(t, { socketFails, rest = true }) {
  const transports = [];
  let time = 0;
  const socket = {
    request: async () => {
      transports.push("socket");
      if (socketFails) throw new ApiError(socketFails, "");
      return { saved: [] };
    },
  };
  t.mock.method(globalThis, "fetch", async () => {
    transports.push("rest");
    if (!rest) throw new TypeError("Failed to fetch");
    return new Response(JSON.stringify({ success: true, data: { saved: [] } }));
  });
  globalThis.document = { cookie: "" };
  t.after(() => delete globalThis.document);
  return { transports, send: createSender({ socket, attemptId: "a", clock: { confirmed: false }, now: () => time }), later: (ms) => (time += ms) };
}

test("a socket that does not answer is skipped for a while", async (t) => {
  const { transports, send, later } = setUp(t, { socketFails: "timeout" });
  await send([]);
  await send([]);
  later(30000);
  await send([]);
  assert.deepEqual(transports, ["socket", "rest", "rest", "socket", "rest"]);
});

test("a socket that fails without a timeout is tried each time", async (t) => {
  for (const socketFails of ["network", "service_unavailable"]) {
    const { transports, send } = setUp(t, { socketFails });
    await send([]);
    await send([]);
    assert.deepEqual(transports, ["socket", "rest", "socket", "rest"]);
    t.mock.restoreAll();
  }
});

test("when both transports fail the error reaches the queue; a refusal is not retried over REST", async (t) => {
  const closed = setUp(t, { socketFails: "network", rest: false });
  await assert.rejects(closed.send([]), (error) => error.isNetwork);
  t.mock.restoreAll();
  const refused = setUp(t, { socketFails: "attempt_expired" });
  await assert.rejects(refused.send([]), { code: "attempt_expired" });
  assert.deepEqual(refused.transports, ["socket"]);
});
