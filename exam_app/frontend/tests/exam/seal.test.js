import assert from "node:assert/strict";
import { test } from "node:test";
import { canSeal, unseal, stateAtStart } from "../../exam/model/seal.js";

const base64 = (data) => Buffer.from(data).toString("base64");

async function seal(paper) {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(paper)));
  return { prepared: { iv: base64(iv), sealed: base64(sealed) }, key: base64(raw) };
}

test("the key opens the paper, another one does not", async () => {
  const paper = { title: "Größe – 大きさ", questions: [{ questionId: 1 }] };
  const { prepared, key } = await seal(paper);
  assert.deepEqual(await unseal(prepared, key), paper);
  await assert.rejects(unseal(prepared, (await seal(paper)).key));
  assert.equal(canSeal(undefined), true);
  assert.equal(canSeal(null), false);
});

test("the state at the start has the student's own deadline and nothing saved", () => {
  const started = { sessionId: "s", startedAt: "2026-05-04T09:00:00.123Z", expiresAt: "2026-05-04T09:30:00.123Z" };
  const state = stateAtStart({ attemptId: "a", title: "Cells" }, started, 450);
  assert.equal(state.expiresAt, "2026-05-04T09:37:30.123Z");
  assert.deepEqual([state.attemptId, state.version, state.status, state.answers], ["a", 0, "in_progress", []]);
});
