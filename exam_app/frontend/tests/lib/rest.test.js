import assert from "node:assert/strict";
import { test } from "node:test";
import { csrfToken, unwrap } from "../../lib/rest.js";

test("envelopes and the CSRF cookie", () => {
  assert.deepEqual(unwrap({ success: true, data: { a: 1 } }), { a: 1 });
  assert.throws(() => unwrap({ success: false, error: { code: "token_expired", message: "m" } }), (e) => e.needsLogin && !e.isNetwork);
  assert.throws(() => unwrap(null, 502), (e) => e.isNetwork);
  assert.throws(() => unwrap(undefined, 401), (e) => e.needsLogin);
  assert.equal(csrfToken("a=b; csrf_access_token=x%3Dy; c=d"), "x=y");
  assert.equal(csrfToken("other_csrf_access_token=x"), "");
});

test("the token for renewing a login is another one", () => {
  const cookies = "csrf_access_token=a%2B; csrf_refresh_token=b";
  assert.deepEqual([csrfToken(cookies), csrfToken(cookies, "refresh"), csrfToken("")], ["a+", "b", ""]);
});
