// Keeps a board in sync: applies events in the order of their `seq`, and requests a snapshot when one may be missing.
//
// - The next `seq` is applied at once. A higher one waits 300 ms for the gap to close; then a snapshot is requested.
// - An event without `seq` is applied, and a snapshot requested.
// - A lower `seq` is an old event and dropped, unless its time is later than the board's: then the server's counter
//   has restarted, and a snapshot is requested.
// - Counts by question that deltas do not determine are corrected by a snapshot, at most every 10 s.
// - One request at a time, at least 1 s apart. Events that arrive meanwhile are applied to the snapshot.
import { elapsed } from "../../lib/clock.js";
import { isOutdated } from "./answer-counts.js";
import { boardFrom, applyEvent } from "./board.js";

const GAP_TIMEOUT_MS = 300;
const MIN_INTERVAL_MS = 1000;
const RECOUNT_MS = 10_000;
const PERMANENT_ERRORS = new Set(["not_found", "forbidden", "invalid_input"]);

// requestSnapshot() resolves with a snapshot. onBoard(board) is called on every change, onRefused(error) when access is refused.
export function createBoardSync({ requestSnapshot, onBoard, onRefused = () => {}, now = elapsed, setTimer = setTimeout, clearTimer = clearTimeout }) {
  let board = null;
  let online = false;
  let requesting = false;
  let requestedAt = -Infinity;
  let timer = null;
  let due = Infinity;
  let needed = false; // a snapshot is needed even if the gap closes
  let buffered = [];
  const outOfOrder = new Map();

  function applyNow({ name, data }) {
    const result = applyEvent(board, name, data);
    board = result.board;
    if (result.incomplete) schedule(true);
  }

  function handle(event) {
    const { seq, serverTime } = event.data;
    if (typeof seq !== "number") {
      applyNow(event);
      schedule(true);
    } else if (seq > board.seq) {
      outOfOrder.set(seq, event);
      drain();
      if (outOfOrder.size) schedule(false);
    } else if (Date.parse(serverTime) > Date.parse(board.serverTime)) {
      schedule(true);
    }
  }

  function drain() {
    for (let event = outOfOrder.get(board.seq + 1); event; event = outOfOrder.get(board.seq + 1)) {
      outOfOrder.delete(board.seq + 1);
      applyNow(event);
    }
  }

  // Without a snapshot, show what is known in order rather than nothing.
  function applyOutOfOrder() {
    const events = [...outOfOrder].sort(([a], [b]) => a - b);
    outOfOrder.clear();
    for (const [, event] of events) applyNow(event);
  }

  function schedule(must, wait = GAP_TIMEOUT_MS) {
    needed ||= must;
    const at = Math.max(now() + wait, requestedAt + MIN_INTERVAL_MS);
    if (requesting || !online || at >= due) return;
    stopTimer();
    due = at;
    timer = setTimer(request, at - now());
  }

  function stopTimer() {
    if (timer !== null) clearTimer(timer);
    timer = null;
    due = Infinity;
  }

  async function request() {
    stopTimer();
    if (!online || !(needed || outOfOrder.size || (board && isOutdated(board)))) return;
    requesting = true;
    needed = false;
    requestedAt = now();
    buffered = [];
    try {
      const snapshot = await requestSnapshot();
      requesting = false;
      board = boardFrom(snapshot, board);
      outOfOrder.clear();
      for (const event of buffered) handle(event);
    } catch (error) {
      requesting = false;
      if (PERMANENT_ERRORS.has(error.code)) onRefused(error);
      else schedule(true, MIN_INTERVAL_MS);
      if (board) applyOutOfOrder();
    }
    buffered = [];
    if (needed) schedule(true);
    if (board) onBoard(board);
  }

  return {
    receive(name, data) {
      const event = { name, data: data ?? {} };
      if (requesting) buffered.push(event);
      if (!board) return;
      handle(event);
      if (isOutdated(board)) schedule(false, Math.max(GAP_TIMEOUT_MS, requestedAt + RECOUNT_MS - now()));
      onBoard(board);
    },
    connected() {
      online = true;
      schedule(true, 0);
    },
    disconnected() {
      online = false;
      stopTimer();
    },
    refresh() {
      schedule(true, 0);
    },
  };
}
