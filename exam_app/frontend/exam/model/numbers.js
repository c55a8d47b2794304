// Validates a number by the server's rule, so that the student sees a typing error before it is sent. Pure.

const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$/;
const BEGINNING = /^[+-]?[0-9]*\.?[0-9]*$|^[+-]?[0-9.]+[eE][+-]?[0-9]{0,3}$/;

/** {ok, message, unfinished}: `unfinished` may still become a number while the student types. */
export function checkNumber(text) {
  const plain = text.trim().replace(/\u2212/g, "-").replace(/,/g, ".");
  if (!plain) return { ok: true };
  if (plain.length > 64) return { ok: false, message: "This is longer than 64 characters. Shorten it." };
  if (NUMBER.test(plain)) {
    if (Math.abs(Number(plain)) >= 1e100) return { ok: false, message: "This number is too large. Use one below 1e100." };
    return { ok: true };
  }
  if (BEGINNING.test(plain)) {
    return { ok: false, unfinished: true, message: "This number is not complete. Write it like 3.5, -2 or 1e6." };
  }
  if (/\..*[.]/.test(plain)) {
    return { ok: false, message: "There is more than one decimal point. Write thousands without a separator, like 1250.5." };
  }
  if (/^[^a-z]*[0-9][^a-z]*\s*[a-z%°µ]/i.test(plain)) {
    return { ok: false, message: "Write the number alone, without a unit, like 3.5." };
  }
  return { ok: false, message: "This is not a number. Use digits, like 3.5, -2 or 1e6." };
}
