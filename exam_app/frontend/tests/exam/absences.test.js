import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, close, end, forget, note, nothing, reopen, reported } from "../../exam/model/absences.js";

const HOUR = 3_600_000;
const at = (ms, server = null) => ({ page: "p", at: ms, server });
const reportsOf = (all) => all.untold.map(({ type, durationMs }) => [type, durationMs]);

test("an absence lasts from its first start to its end", () => {
  const away = begin(begin(nothing, "tab_switch", at(1000)), "tab_switch", at(5000));
  assert.deepEqual(reportsOf(end(away, "tab_switch", at(9000))), [["tab_switch", 8000]]);
  assert.equal(end(nothing, "tab_switch", at(9000)), nothing);
});

test("a short blur is not reported, nor one that was part of a hidden page", () => {
  assert.deepEqual(reportsOf(end(begin(nothing, "blur", at(0)), "blur", at(900))), []);
  assert.deepEqual(reportsOf(end(begin(nothing, "blur", at(0)), "blur", at(1100))), [["blur", 1100]]);
  const both = begin(begin(nothing, "blur", at(0)), "tab_switch", at(10));
  assert.deepEqual(reportsOf(end(end(forget(both, "blur"), "tab_switch", at(3010)), "blur", at(3020))), [["tab_switch", 3000]]);
});

test("a reload is no absence, a closed page is one, and closing the page does not end an absence", () => {
  assert.deepEqual(reportsOf(reopen(close(nothing, at(0)), at(1200))), []);
  assert.deepEqual(reportsOf(reopen(close(nothing, at(0)), at(60000))), [["tab_switch", 60000]]);
  const away = begin(nothing, "tab_switch", at(0));
  assert.deepEqual(reportsOf(reopen(close(away, at(5000)), at(9000))), [["tab_switch", 9000]]);
  assert.deepEqual(reopen(close(begin(nothing, "blur", at(0)), at(10)), at(20)), nothing);
});

test("leaving full screen before a reload is reported with its duration", () => {
  assert.deepEqual(reportsOf(reopen(close(begin(nothing, "fullscreen_exit", at(0)), at(4000)), at(4500))), [["fullscreen_exit", 4500]]);
});

test("no duration is impossible", () => {
  assert.deepEqual(reportsOf(end(begin(nothing, "tab_switch", at(5000)), "tab_switch", at(1000))), [["tab_switch", 0]]);
  assert.deepEqual(reportsOf(end(begin(nothing, "tab_switch", at(0)), "tab_switch", at(48 * HOUR))), [["tab_switch", 24 * HOUR]]);
});

test("a reported absence is removed, also by another tab that read it from storage", () => {
  const two = note(note(nothing, "copy", at(1)), "copy", at(2));
  assert.deepEqual(reported(two, { ...two.untold[0] }).untold.map((one) => one.at), ["p 2"]);
  let many = nothing;
  for (let i = 0; i < 80; i++) many = note(many, "paste", at(i));
  assert.equal(many.untold.length, 50);
});

test("across a reload the server's time counts, and without it nothing is reported", () => {
  const reloaded = (ms, server) => ({ page: "q", at: ms, server });
  assert.deepEqual(reportsOf(reopen(close(nothing, at(5000, 100_000)), reloaded(20, 160_000))), [["tab_switch", 60_000]]);
  assert.equal(reopen(close(nothing, at(5000, 100_000)), reloaded(20, null)).untold.length, 0);
  assert.equal(reopen({ open: { closed: 1_700_000_000_000 }, untold: [] }, reloaded(20, 160_000)).untold.length, 0);
});
