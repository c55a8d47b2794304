import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeSpent } from "../../exam/model/time-spent.js";

test("time spent counts only while the page is visible", () => {
  const spent = new TimeSpent();
  spent.startFrom(1, 10);
  spent.show(1, 0);
  assert.equal(spent.seconds(1, 5000), 15);
  spent.hide(6000);
  spent.resume(60000);
  spent.show(2, 61000);
  assert.equal(spent.seconds(1, 99000), 17);
  assert.equal(spent.seconds(2, 62000), 1);
});
