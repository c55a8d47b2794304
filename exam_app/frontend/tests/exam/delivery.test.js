import assert from "node:assert/strict";
import { test } from "node:test";
import { createSender } from "../../exam/live/delivery.js";
import { ApiError } from "../../lib/rest.js";

/** A socket that fails as told; REST answers, or fails, by `rest`. */
function setUp(t, { socketFails, rest = true }) {
  const doors = [];
  let time = 0;
  const socket = {
    request: async () => {
      doors.push("socket");
      if (socketFails) throw new ApiError(socketFails, "");
      return { saved: [] };
    },
  };
  t.mock.method(globalThis, "fetch", async () => {
    doors.push("rest");
    if (!rest) throw new TypeError("Failed to fetch");
    return new Response(JSON.stringify({ success: true, data: { saved: [] } }));
  });
  globalThis.document = { cookie: "" };
  t.after(() => delete globalThis.document);
  return { doors, send: createSender({ socket, attemptId: "a", now: () => time }), later: (ms) => (time += ms) };
}

test("a socket that does not answer is left alone for a while", async (t) => {
  const { doors, send, later } = setUp(t, { socketFails: "timeout" });
  await send([]);
  await send([]);
  later(30000);
  await send([]);
  assert.deepEqual(doors, ["socket", "rest", "rest", "socket", "rest"]);
});

test("one that is not connected, or whose server has no database, costs nothing and is asked each time", async (t) => {
  for (const socketFails of ["network", "service_unavailable"]) {
    const { doors, send } = setUp(t, { socketFails });
    await send([]);
    await send([]);
    assert.deepEqual(doors, ["socket", "rest", "socket", "rest"]);
    t.mock.restoreAll();
  }
});

test("with both doors closed the queue hears it; a refusal goes through no second door", async (t) => {
  const closed = setUp(t, { socketFails: "network", rest: false });
  await assert.rejects(closed.send([]), (error) => error.isNetwork);
  t.mock.restoreAll();
  const refused = setUp(t, { socketFails: "attempt_expired" });
  await assert.rejects(refused.send([]), { code: "attempt_expired" });
  assert.deepEqual(refused.doors, ["socket"]);
});
