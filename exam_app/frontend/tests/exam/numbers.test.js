import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { readNumber } from "../../exam/model/numbers.js";
import { countWords } from "../../lib/words.js";

const vectors = (name) => JSON.parse(readFileSync(new URL(`../../../../tests/vectors/${name}.json`, import.meta.url)));

test("numbers are read as the server reads them", () => {
  const { number, two, none } = vectors("numbers");
  for (const [text, value] of number) assert.deepEqual(readNumber(text), { number: value }, text);
  for (const [text, decimal, thousands] of two) assert.deepEqual(readNumber(text), { meanings: [decimal, thousands] }, text);
  for (const text of none) assert.ok(readNumber(text).problem, text);
});

test("what may still become a number is unfinished, the rest has a message at once", () => {
  for (const start of ["-", "3e", "3e-", ".", "1,250,", "1 25", "1.2 x 10", "1.2 × 10^", "-."]) assert.equal(readNumber(start).unfinished, true, start);
  for (const bad of ["abc", "12abc", "5 kg", "4 of 5"]) assert.equal(readNumber(bad).unfinished, false, bad);
});

test("words are counted as the server counts them", () => {
  for (const [text, count] of vectors("words")) assert.equal(countWords(text), count, text);
});
