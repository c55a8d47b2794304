import assert from "node:assert/strict";
import test from "node:test";
import { fit, limitText } from "../../lib/limits.js";

test("what fits stays as it is", () => {
  assert.deepEqual(fit("ab", "abc", 3), { text: "abc", missing: "", caret: null });
});

test("the end of what was inserted is cut, not what stood behind it", () => {
  assert.deepEqual(fit("ab", "aXYZb", 4), { text: "aXYb", missing: "Z", caret: 3 });
  assert.deepEqual(fit("", "abcdef", 4), { text: "abcd", missing: "ef", caret: 4 });
  assert.deepEqual(fit("abcd", "abcXd", 4), { text: "abcd", missing: "X", caret: 3 });
  assert.deepEqual(fit("aaaa", "aaaaa", 4), { text: "aaaa", missing: "a", caret: 4 });
});

test("a character of two units is not cut through", () => {
  assert.deepEqual(fit("", "ab\ud83d\ude00", 3), { text: "ab", missing: "\ud83d\ude00", caret: 2 });
});

test("the notice says how much is missing", () => {
  assert.match(limitText(20000, "one two three "), /no more than 20,000 characters\. The last 14 characters \(3 words\) of what you inserted are missing\./);
  assert.match(limitText(20000, "x"), /full: it holds no more than 20,000 characters\.$/);
});
