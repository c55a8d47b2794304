import assert from "node:assert/strict";
import { test } from "node:test";
import { seal, unseal } from "../../lib/seal.js";

const base64 = (data) => Buffer.from(data).toString("base64");

/** As the server seals, by another implementation. */
async function sealedByServer(paper) {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(paper)));
  return { prepared: { iv: base64(iv), sealed: base64(sealed) }, key: base64(raw) };
}

test("the key opens the paper, another one does not", async () => {
  const paper = { title: "Größe – 大きさ", questions: [{ questionId: 1 }] };
  const { prepared, key } = await sealedByServer(paper);
  assert.deepEqual(unseal(prepared, key), paper);
  const { key: another } = await sealedByServer(paper);
  assert.throws(() => unseal(prepared, another));
});

test("what is sealed here opens here, and only with what was authenticated", () => {
  const key = base64(crypto.getRandomValues(new Uint8Array(32)));
  const header = new TextEncoder().encode("of attempt 7");
  const box = seal({ text: "Größe – 大きさ 🌱" }, key, header);
  assert.deepEqual(unseal(box, key, header), { text: "Größe – 大きさ 🌱" });
  assert.throws(() => unseal(box, key));
  assert.notEqual(box.iv, seal({ text: "" }, key).iv);
});
