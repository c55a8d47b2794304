// Stores unacknowledged changes in IndexedDB, sealed with the key of their owner, or in memory as long as the browser
// does not answer.
//
// IndexedDB is asynchronous, and a page that is being closed cannot wait for it. So changes that are not written yet
// go into localStorage, which is synchronous; the next page moves them into IndexedDB.
import { ANSWER_MS, CHANGES, forget, openChanges, recall, remember } from "../../lib/device.js";
import { seal, unseal } from "../../lib/seal.js";
import { within } from "../../lib/within.js";

/**
 * The changes of one attempt of one user; `key` (base64) seals them. `onFailure` is called when IndexedDB fails or does
 * not answer, `onRecovery` when it answers later: `all` then has what earlier pages have stored.
 */
export async function openStorage({ attemptId, userId, key }, { onFailure, onRecovery }) {
  const unwritten = new Map(); // changes that are not committed yet, by changeId
  const removed = new Set(); // ids that may still be in the database
  const partingKey = `exam-parting:${attemptId}`;
  let db = null;

  const sealed = ({ changeId, ...content }) => ({ changeId, attemptId, userId, ...seal(content, key) });

  /** Null for a change that another user has left, or that was sealed under an earlier secret of the server. */
  function opened(entry) {
    if (!entry.sealed) return entry.entry ?? entry; // of a page before changes were sealed
    try {
      return { ...unseal(entry, key), changeId: entry.changeId };
    } catch {
      return null;
    }
  }

  async function attempt(work) {
    try {
      return await within(ANSWER_MS, work());
    } catch (error) {
      console.warn("The browser does not store answers.", error);
      onFailure();
      return undefined;
    }
  }

  async function write() {
    if (!db) return;
    const puts = [...unwritten.values()];
    const ids = [...removed];
    await attempt(async () => {
      const tx = db.transaction(CHANGES, "readwrite");
      for (const id of ids) tx.store.delete(id);
      for (const entry of puts) tx.store.put(sealed(entry));
      await tx.done;
      for (const entry of puts) if (unwritten.get(entry.changeId) === entry) unwritten.delete(entry.changeId);
      for (const id of ids) removed.delete(id);
    });
  }

  async function use(opening) {
    db = opening;
    for (const entry of recall(partingKey) ?? []) {
      const change = opened(entry);
      if (change && !removed.has(change.changeId)) unwritten.set(change.changeId, change);
    }
    await write();
    if (!unwritten.size) forget(partingKey);
  }

  const opening = openChanges();
  try {
    await use(await within(ANSWER_MS, opening));
  } catch {
    onFailure();
    opening.then(use).then(onRecovery, () => {}); // reported above; it never comes where storage is not allowed
  }

  return {
    get kind() {
      return db ? "indexeddb" : "memory";
    },
    async all() {
      const stored = db && (await attempt(() => db.getAllFromIndex(CHANGES, "attemptId", attemptId)));
      const known = new Map((stored ?? []).map(opened).filter(Boolean).map((change) => [change.changeId, change]));
      for (const change of unwritten.values()) known.set(change.changeId, change);
      return [...known.values()].filter((change) => !removed.has(change.changeId));
    },
    put(entry, replacedIds = []) {
      for (const id of replacedIds) drop(id);
      unwritten.set(entry.changeId, entry);
      return write();
    },
    remove(ids) {
      for (const id of ids) drop(id);
      return write();
    },
    /** The page is being closed: writes synchronously what is not committed yet. */
    persistNow() {
      if (unwritten.size) remember(partingKey, [...unwritten.values()].map(sealed));
    },
    /** The page was restored instead of closed. */
    discardPersisted: () => forget(partingKey),
  };

  function drop(id) {
    unwritten.delete(id);
    removed.add(id);
  }
}
