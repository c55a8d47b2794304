// The REST client of the browser: a cookie carries the login, a header the CSRF token.

export class ApiError extends Error {
  constructor(code, message, details = {}, status = 0) {
    super(message || code);
    this.code = code;
    this.details = details || {};
    this.status = status;
  }

  /** The outcome is unknown: the request may be sent again. */
  get isNetwork() {
    return NETWORK_CODES.has(this.code) || this.status >= 500;
  }

  get needsLogin() {
    return this.status === 401 || LOGIN_CODES.has(this.code);
  }
}

const NETWORK_CODES = new Set(["network", "timeout", "service_unavailable", "internal_error"]);
const LOGIN_CODES = new Set(["not_authenticated", "token_expired", "invalid_token"]);

/** `kind`: "access", or "refresh" for the request that refreshes the login. */
export function csrfToken(cookies = document.cookie, kind = "access") {
  const found = new RegExp(`(?:^|;\\s*)csrf_${kind}_token=([^;]*)`).exec(cookies);
  return found ? decodeURIComponent(found[1]) : "";
}

/**
 * Resolves with the `data` of the envelope; rejects with ApiError (`network` or `timeout` without an answer).
 * An expired login is refreshed once, and the request is sent again.
 */
export async function api(path, options = {}) {
  try {
    return await call(path, options);
  } catch (error) {
    if (error.code !== "token_expired" || options.keepalive) throw error;
  }
  await refreshLogin();
  return call(path, options);
}

let refreshing = null;

/** A new access token by the refresh cookie: `{accessToken, …}`. Concurrent calls share one request. */
export function refreshLogin() {
  refreshing ??= call("/api/auth/refresh", { method: "POST", login: "refresh" }).finally(() => (refreshing = null));
  return refreshing;
}

async function call(path, { method = "GET", body, keepalive = false, timeout = 10000, login = "access" }) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-TOKEN"] = csrfToken(document.cookie, login);
  const abort = new AbortController();
  const timer = keepalive ? null : setTimeout(() => abort.abort(), timeout);
  let response;
  let envelope = null;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      keepalive,
      signal: abort.signal,
    });
    const text = await response.text();
    try {
      envelope = JSON.parse(text);
    } catch {
      envelope = null;
    }
  } catch (error) {
    const timedOut = error?.name === "AbortError";
    throw new ApiError(timedOut ? "timeout" : "network", "The server did not answer.");
  } finally {
    clearTimeout(timer);
  }
  return unwrap(envelope, response.status);
}

/** The `data` of an envelope, which REST and Socket.IO acks have in common; throws ApiError. */
export function unwrap(envelope, status = 0) {
  if (envelope && envelope.success === true) return envelope.data;
  const error = envelope?.error;
  if (error?.code) throw new ApiError(error.code, error.message, error.details, status);
  throw new ApiError("network", "The server's answer could not be read.", {}, status);
}
