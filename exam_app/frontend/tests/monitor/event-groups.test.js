import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOf, sentenceOf } from "../../monitor/model/event-groups.js";

test("events are grouped by what they tell about, and name their student", () => {
  const kinds = { tab_violation: "page", student_left: "connection", attempt_expired: "done", time_extended: "time", session_started: "time", answer_conflict: "text", hand_raised: "help", score_changed: "other" };
  for (const [type, kind] of Object.entries(kinds)) assert.equal(kindOf({ type }), kind, type);
  assert.equal(sentenceOf({ text: "left the page", studentName: "Cora Berg" }), "Cora Berg: left the page");
  assert.equal(sentenceOf({ text: "Cora left the page", studentName: "Cora Berg" }), "Cora left the page");
});
