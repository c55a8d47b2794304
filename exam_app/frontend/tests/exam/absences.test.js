import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, close, end, forget, note, nothing, reopen, reported } from "../../exam/model/absences.js";

const HOUR = 3_600_000;
const reportsOf = (all) => all.untold.map(({ type, durationMs }) => [type, durationMs]);

test("an absence lasts from its first start to its end", () => {
  const away = begin(begin(nothing, "tab_switch", 1000), "tab_switch", 5000);
  assert.deepEqual(reportsOf(end(away, "tab_switch", 9000)), [["tab_switch", 8000]]);
  assert.equal(end(nothing, "tab_switch", 9000), nothing);
});

test("a short blur is not reported, nor one that was part of a hidden page", () => {
  assert.deepEqual(reportsOf(end(begin(nothing, "blur", 0), "blur", 900)), []);
  assert.deepEqual(reportsOf(end(begin(nothing, "blur", 0), "blur", 1100)), [["blur", 1100]]);
  const both = begin(begin(nothing, "blur", 0), "tab_switch", 10);
  assert.deepEqual(reportsOf(end(end(forget(both, "blur"), "tab_switch", 3010), "blur", 3020)), [["tab_switch", 3000]]);
});

test("a reload is no absence, a closed page is one, and closing the page does not end an absence", () => {
  assert.deepEqual(reportsOf(reopen(close(nothing, 0), 1200)), []);
  assert.deepEqual(reportsOf(reopen(close(nothing, 0), 60000)), [["tab_switch", 60000]]);
  const away = begin(nothing, "tab_switch", 0);
  assert.deepEqual(reportsOf(reopen(close(away, 5000), 9000)), [["tab_switch", 9000]]);
  assert.deepEqual(reopen(close(begin(nothing, "blur", 0), 10), 20), nothing);
});

test("leaving full screen before a reload is reported with its duration", () => {
  assert.deepEqual(reportsOf(reopen(close(begin(nothing, "fullscreen_exit", 0), 4000), 4500)), [["fullscreen_exit", 4500]]);
});

test("a clock set back or forward gives no impossible duration", () => {
  assert.deepEqual(reportsOf(end(begin(nothing, "tab_switch", 5000), "tab_switch", 1000)), [["tab_switch", 0]]);
  assert.deepEqual(reportsOf(end(begin(nothing, "tab_switch", 0), "tab_switch", 48 * HOUR)), [["tab_switch", 24 * HOUR]]);
});

test("a reported absence is removed, also by another tab that read it from storage", () => {
  const two = note(note(nothing, "copy", 1), "copy", 2);
  assert.deepEqual(reported(two, { ...two.untold[0] }).untold.map((one) => one.at), [2]);
  let many = nothing;
  for (let i = 0; i < 80; i++) many = note(many, "paste", i);
  assert.equal(many.untold.length, 50);
});
