import assert from "node:assert/strict";
import { test } from "node:test";
import { checkNumber } from "../../exam/model/numbers.js";

test("numbers are validated as on the server", () => {
  for (const good of ["", "3.5", "3,5", "-2", "+2", ".5", "5.", "1e6", "1E-6", " 42 ", "\u22125"]) assert.equal(checkNumber(good).ok, true, good);
  for (const start of ["-", "3e", "3e-", "."]) assert.equal(checkNumber(start).unfinished, true, start);
  for (const bad of ["abc", "1.2.3", "1,000,000", "46 cells", "NaN", "Infinity", "1e100", "0x10", "1".repeat(65), "1e9999"]) {
    const { ok, message, unfinished } = checkNumber(bad);
    assert.equal(ok, false, bad);
    assert.ok(message && !unfinished, bad);
  }
  assert.match(checkNumber("46 cells").message, /unit/);
  assert.match(checkNumber("1,000,000").message, /decimal point/);
});
