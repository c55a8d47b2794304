import assert from "node:assert/strict";
import { test } from "node:test";
import { commandForKey, contextOf } from "../../exam/model/shortcuts.js";

test("shortcuts work on the page and never while typing", () => {
  const press = (key, where = "page", more = {}) => commandForKey({ key, ...more }, where)?.name ?? null;
  assert.deepEqual(commandForKey({ key: "3" }, "choice"), { name: "choose", position: 3 });
  assert.equal(press("ArrowRight", "choice"), "next");
  assert.equal(press("ArrowDown", "choice"), null);
  assert.equal(press("n", "typing"), null);
  assert.equal(press("3", "typing"), null);
  assert.equal(press("f", "control"), "flag");
  assert.equal(press("p", "page", { ctrlKey: true }), null);
  assert.equal(press("n", "page", { isComposing: true }), null);
  assert.equal(press("?"), "help");
  assert.equal(contextOf({ tagName: "INPUT", type: "radio" }), "choice");
  assert.equal(contextOf({ tagName: "INPUT", type: "text" }), "typing");
  assert.equal(contextOf({ tagName: "BODY" }), "page");
});
