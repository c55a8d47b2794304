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
const PAGE_MS = 20000;
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
  const json = body === undefined ? undefined : JSON.stringify(body);
  const { status, text } = await ask(path, { method, headers, body: json, keepalive }, keepalive ? null : timeout);
  let envelope = null;
  try {
    envelope = JSON.parse(text);
  } catch {
    envelope = null;
  }
  return unwrap(envelope, status);
}

/** A page of this site as it is now: {text, redirected}. Rejects with ApiError. */
export async function page(path) {
  const { status, text, redirected } = await ask(path, { cache: "no-store" }, PAGE_MS);
  if (status >= 400) throw new ApiError("network", "The server did not answer.", {}, status);
  return { text, redirected };
}

/** One request, its answer awaited for `timeout` ms: {status, text, redirected}. */
async function ask(path, options, timeout) {
  const abort = new AbortController();
  const timer = timeout === null ? null : setTimeout(() => abort.abort(), timeout);
  try {
    const response = await fetch(path, { credentials: "same-origin", signal: abort.signal, ...options });
    return { status: response.status, text: await response.text(), redirected: response.redirected };
  } catch (error) {
    const timedOut = error?.name === "AbortError";
    throw new ApiError(timedOut ? "timeout" : "network", "The server did not answer.");
  } finally {
    clearTimeout(timer);
  }
}

/** The `data` of an envelope, which REST and Socket.IO acks have in common; throws ApiError. */
export function unwrap(envelope, status = 0) {
  if (envelope && envelope.success === true) return envelope.data;
  const error = envelope?.error;
  if (error?.code) throw new ApiError(error.code, error.message, error.details, status);
  throw new ApiError("network", "The server's answer could not be read.", {}, status);
}
