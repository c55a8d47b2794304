import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsBySize, newChangeId } from "../../exam/model/changes.js";

test("change ids are version 4 UUIDs, also without a secure context", () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const plain = { getRandomValues: (bytes) => globalThis.crypto.getRandomValues(bytes) };
  for (const source of [globalThis.crypto, plain, null]) assert.match(newChangeId(source), uuid);
  assert.notEqual(newChangeId(plain), newChangeId(plain));
});

test("groups stay below the size limit of a keepalive request", () => {
  const changes = Array.from({ length: 10 }, (_, n) => ({ changeId: `${n}`, response: { text: "ä".repeat(5000) } }));
  const groups = groupsBySize(changes);
  assert.ok(groups.length > 1);
  assert.equal(groups.flat().length, 10);
  for (const group of groups) assert.ok(new TextEncoder().encode(JSON.stringify(group)).length < 55000);
});
