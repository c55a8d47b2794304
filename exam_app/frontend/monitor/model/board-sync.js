// Keeps a board true: events in the order of their `seq`, and a snapshot whenever one may be missing.
//
// - The next number is folded in at once. A higher one waits 300 ms for what is missing; then a snapshot is asked for.
// - An event without a number is folded in, and a snapshot asked for.
// - A number that was already passed is an old event (dropped), unless it was sent after all we know:
//   then the server's counter began anew, and a snapshot is asked for.
// - Counts by question that deltas could not decide are put right by a snapshot, at most every 10 s.
// - One request at a time, at least 1 s apart. What arrives meanwhile is folded onto the snapshot.
import { isBehind } from "./answer-counts.js";
import { boardOf, fold } from "./board.js";

export const PATIENCE_MS = 300;
export const PAUSE_MS = 1000;
export const RECOUNT_MS = 10_000;
const FINAL = new Set(["not_found", "forbidden", "invalid_input"]);

// ask() -> Promise of a snapshot. onBoard(board) hears of every change, onRefused(error) that asking is useless.
export function createFeed({ ask, onBoard, onRefused = () => {}, now = Date.now, setTimer = setTimeout, clearTimer = clearTimeout }) {
  let board = null;
  let online = false;
  let asking = false;
  let askedAt = -Infinity;
  let timer = null;
  let due = Infinity;
  let needed = false; // a snapshot is wanted even if the gap closes by itself
  let meanwhile = [];
  const early = new Map();

  function apply({ name, data }) {
    const result = fold(board, name, data);
    board = result.board;
    if (result.unsure) plan(true);
  }

  function take(event) {
    const { seq, serverTime } = event.data;
    if (typeof seq !== "number") {
      apply(event);
      plan(true);
    } else if (seq > board.seq) {
      early.set(seq, event);
      drain();
      if (early.size) plan(false);
    } else if (Date.parse(serverTime) > Date.parse(board.serverTime)) {
      plan(true);
    }
  }

  function drain() {
    for (let event = early.get(board.seq + 1); event; event = early.get(board.seq + 1)) {
      early.delete(board.seq + 1);
      apply(event);
    }
  }

  // No snapshot came: show what is known, in order, rather than nothing.
  function applyEarly() {
    const events = [...early].sort(([a], [b]) => a - b);
    early.clear();
    for (const [, event] of events) apply(event);
  }

  function plan(must, wait = PATIENCE_MS) {
    needed ||= must;
    const at = Math.max(now() + wait, askedAt + PAUSE_MS);
    if (asking || !online || at >= due) return;
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
    if (!online || !(needed || early.size || (board && isBehind(board)))) return;
    asking = true;
    needed = false;
    askedAt = now();
    meanwhile = [];
    try {
      const snapshot = await ask();
      asking = false;
      board = boardOf(snapshot, board);
      early.clear();
      for (const event of meanwhile) take(event);
    } catch (error) {
      asking = false;
      if (FINAL.has(error.code)) onRefused(error);
      else plan(true, PAUSE_MS);
      if (board) applyEarly();
    }
    meanwhile = [];
    if (needed) plan(true);
    if (board) onBoard(board);
  }

  return {
    receive(name, data) {
      const event = { name, data: data ?? {} };
      if (asking) meanwhile.push(event);
      if (!board) return;
      take(event);
      if (isBehind(board)) plan(false, Math.max(PATIENCE_MS, askedAt + RECOUNT_MS - now()));
      onBoard(board);
    },
    connected() {
      online = true;
      plan(true, 0);
    },
    disconnected() {
      online = false;
      stopTimer();
    },
    refresh() {
      plan(true, 0);
    },
  };
}
