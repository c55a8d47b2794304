// Which of two messages is the newer one. Pure.

/** The server's time, in ms, of the newest event of a kind. */
export function newestEvent(known, serverTime) {
  return Math.max(known ?? 0, Date.parse(serverTime) || 0);
}

/** Whether a state was requested before that event: it may have been read before the change, too. */
export function isOlder(state, newest) {
  return Date.parse(state.serverTime) < (newest ?? 0);
}
