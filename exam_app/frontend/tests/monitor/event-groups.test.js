import assert from "node:assert/strict";
import { test } from "node:test";
import { groupOf, eventText } from "../../monitor/model/event-groups.js";

test("events are grouped by type, and name their student", () => {
  const groups = { tab_violation: "page", student_left: "connection", attempt_expired: "done", time_extended: "time", session_started: "time", answer_conflict: "text", hand_raised: "help", score_changed: "other" };
  for (const [type, group] of Object.entries(groups)) assert.equal(groupOf({ type }), group, type);
  assert.equal(eventText({ text: "left the page", studentName: "Cora Berg" }), "Cora Berg: left the page");
  assert.equal(eventText({ text: "Cora left the page", studentName: "Cora Berg" }), "Cora left the page");
});
