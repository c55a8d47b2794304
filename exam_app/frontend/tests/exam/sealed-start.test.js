import assert from "node:assert/strict";
import { test } from "node:test";
import { stateAtStart } from "../../exam/model/sealed-start.js";

test("the state at the start has the student's own deadline and nothing saved", () => {
  const started = { sessionId: "s", startedAt: "2026-05-04T09:00:00.123Z", expiresAt: "2026-05-04T09:30:00.123Z" };
  const state = stateAtStart({ attemptId: "a", title: "Cells" }, started, 450);
  assert.equal(state.expiresAt, "2026-05-04T09:37:30.123Z");
  assert.deepEqual([state.attemptId, state.version, state.status, state.answers], ["a", 0, "in_progress", []]);
});
