import assert from "node:assert/strict";
import { test } from "node:test";
import { ageOf, timedChanges } from "../../exam/model/moments.js";

const moment = (page, at, server = null) => ({ page, at, server });

test("the server's time decides, then the clock of the page, and nothing else", () => {
  assert.equal(ageOf(moment("p", 0, 1000), moment("p", 10, 61_000)), 60_000); // asleep in between
  assert.equal(ageOf(moment("p", 1000), moment("p", 5000, 9000)), 4000);
  assert.equal(ageOf(moment("p", 1000, 1000), moment("q", 10, 31_000)), 30_000);
  assert.equal(ageOf(moment("p", 1000), moment("q", 10, 31_000)), null);
  assert.equal(ageOf(undefined, moment("q", 10, 31_000)), null);
  assert.equal(ageOf(moment("p", 9000), moment("p", 1000)), 0);
});

test("a change tells its age on the time line of its request, and keeps its own time without one", () => {
  const changes = [
    { changeId: "a", clientTime: "set wrongly", made: moment("p", 1000) },
    { changeId: "b", clientTime: "2026-05-04T09:00:00.000Z", made: moment("before the reload", 7) },
  ];
  assert.deepEqual(timedChanges(changes, moment("p", 61_000), Date.parse("2026-05-04T10:00:00.000Z")), [
    { changeId: "a", clientTime: "2026-05-04T09:59:00.000Z" },
    { changeId: "b", clientTime: "2026-05-04T09:00:00.000Z" },
  ]);
});
