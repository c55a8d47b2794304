import assert from "node:assert/strict";
import { test } from "node:test";
import { directionOf, isolated } from "../../lib/direction.js";

test("a text has the direction of its own content", () => {
  const cases = [
    ["ما هي وظيفة النواة؟", "rtl"],
    ["מהו הגרעין?", "rtl"],
    ["C++ و Java.", "rtl"],
    ["The Arabic word كتاب means book.", "auto"],
    ["What is a cell?", "auto"],
    ["3.5", undefined],
    ["", undefined],
  ];
  for (const [text, direction] of cases) assert.equal(directionOf(text), direction, text);
});

test("a name in a sentence does not turn it round", () => {
  assert.equal(isolated("Ada Okafor"), "Ada Okafor");
  assert.equal(isolated("محمد الأحمد"), "\u2068محمد الأحمد\u2069");
  assert.equal(directionOf(`${isolated("محمد الأحمد")} raised a hand`), undefined);
});
