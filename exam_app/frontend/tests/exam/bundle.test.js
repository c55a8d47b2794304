import assert from "node:assert/strict";
import { test } from "node:test";
import { bundleContent, bundleName, sealBundle } from "../../exam/model/bundle.js";

const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
const ATTEMPT = "3f6f2a10-0000-4000-8000-000000000001";

async function open(file, covered) {
  const opener = await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["decrypt"]);
  const sealing = { name: "AES-GCM", iv: bytes(file.iv), additionalData: new TextEncoder().encode(covered) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(sealing, opener, bytes(file.sealed))));
}

test("the content survives sealing, and the plain header is authenticated", async () => {
  const content = { changes: [{ response: { text: "Größe – 大きさ 🌱" } }] };
  const file = JSON.parse(sealBundle(ATTEMPT, key, content));
  assert.deepEqual([file.format, file.version, file.attemptId], ["exam-answers", 1, ATTEMPT]);
  assert.deepEqual(await open(file, `exam-answers 1\n${ATTEMPT}`), content);
  await assert.rejects(open(file, `exam-answers 1\n${ATTEMPT.replace("3f", "4f")}`));
});

test("no two files have the same IV, and a large one is as good as a small one", async () => {
  const content = { changes: Array.from({ length: 200 }, (_, n) => ({ questionId: n, response: { text: "x".repeat(5000) } })) };
  const [one, two] = await Promise.all([1, 2].map(async () => JSON.parse(sealBundle(ATTEMPT, key, content))));
  assert.notEqual(one.iv, two.iv);
  assert.deepEqual(await open(one, `exam-answers 1\n${ATTEMPT}`), content);
});

test("the content has the acknowledged versions and the clock offset", () => {
  const payload = { changes: [], sentAt: "2026-05-04T10:00:00.000Z", deviceId: "laptop" };
  const answers = { 7: { questionId: 7, version: 3, response: { text: "a" } } };
  assert.deepEqual(bundleContent({ payload, offset: -1250.4, answers }), {
    ...payload, clockOffset: -1250, acknowledged: [{ questionId: 7, version: 3 }],
  });
  assert.equal(bundleContent({ payload, offset: null, answers: {} }).clockOffset, null);
});

test("the file name is safe in every file system", () => {
  const name = (firstName, lastName) => bundleName({ firstName, lastName }, ATTEMPT);
  assert.equal(name("Carl", "Adams"), "answers-carl-adams-3f6f2a10.examanswers");
  assert.equal(name("José María", "O'Neill / ../x"), "answers-jose-maria-o-neill-x-3f6f2a10.examanswers");
  assert.equal(name("さくら", ""), "answers-3f6f2a10.examanswers");
});
