import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf } from "../../monitor/model/virtual-list.js";

test("the window of a long list covers the viewport, and its heights add up", () => {
  const part = windowOf({ count: 500, lineHeight: 30, scrollTop: 3000, viewHeight: 600, overscan: 5 });
  assert.deepEqual(part, { from: 95, to: 125, above: 2850, below: 11250 });
  assert.deepEqual(windowOf({ count: 3, lineHeight: 30, scrollTop: 9000, viewHeight: 600 }), { from: 3, to: 3, above: 90, below: 0 });
});

test("the window of cards counts in whole lines", () => {
  const part = windowOf({ count: 500, columns: 4, lineHeight: 100, scrollTop: 2000, viewHeight: 600, overscan: 2 });
  assert.deepEqual(part, { from: 72, to: 112, above: 1800, below: 9700 });
  const end = windowOf({ count: 10, columns: 4, lineHeight: 100, scrollTop: 0, viewHeight: 600 });
  assert.deepEqual([end.from, end.to, end.below], [0, 10, 0]);
});
