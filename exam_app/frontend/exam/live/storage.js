// Stores unacknowledged changes in IndexedDB, or in memory where the browser does not allow it.
//
// IndexedDB is asynchronous, and a page that is being closed cannot wait for it. So changes that are not written yet
// go into localStorage, which is synchronous; the next page moves them into IndexedDB.
import { openDB } from "idb";

const NAME = "exam-answers";
const CHANGES = "changes";

function memoryStorage() {
  const entries = new Map();
  return {
    kind: "memory",
    async all() {
      return [...entries.values()];
    },
    async put(entry, replacedIds = []) {
      for (const id of replacedIds) entries.delete(id);
      entries.set(entry.changeId, entry);
    },
    async remove(ids) {
      for (const id of ids) entries.delete(id);
    },
    persistNow() {},
    discardPersisted() {},
  };
}

async function open() {
  return openDB(NAME, 1, {
    upgrade(db) {
      const store = db.createObjectStore(CHANGES, { keyPath: "changeId" });
      store.createIndex("attemptId", "attemptId");
    },
    blocking(_old, _new, event) {
      event.target.close(); // a newer version of the page wants to upgrade the schema
    },
  });
}

/** True when this browser really stores what is written; checked in the waiting room. */
export async function storageWorks() {
  try {
    const db = await open();
    const probe = { changeId: `probe-${Math.random()}`, attemptId: "probe" };
    await db.put(CHANGES, probe);
    const found = await db.get(CHANGES, probe.changeId);
    await db.delete(CHANGES, probe.changeId);
    db.close();
    return Boolean(found);
  } catch {
    return false;
  }
}

/** The changes of one attempt. `onFailure` is called when IndexedDB fails; without a database memory is used. */
export async function openStorage(attemptId, onFailure = () => {}) {
  const memory = memoryStorage();
  let db = null;
  try {
    db = await open();
  } catch {
    onFailure();
    return memory;
  }

  const unwritten = new Map(); // puts that are not committed yet, by changeId
  const fallbackKey = `exam-parting:${attemptId}`;

  async function attempt(work) {
    try {
      return await work();
    } catch {
      onFailure();
      return undefined;
    }
  }

  const write = (puts) =>
    attempt(async () => {
      const tx = db.transaction(CHANGES, "readwrite");
      for (const { entry, replacedIds } of puts) {
        for (const id of replacedIds) tx.store.delete(id);
        tx.store.put({ ...entry, attemptId });
      }
      await tx.done;
      for (const { entry } of puts) unwritten.delete(entry.changeId);
    });

  const leftovers = readLocal(fallbackKey);
  if (leftovers.length) await write(leftovers);
  removeLocal(fallbackKey);

  return {
    kind: "indexeddb",
    all: () => attempt(() => db.getAllFromIndex(CHANGES, "attemptId", attemptId)).then((found) => found ?? []),
    put(entry, replacedIds = []) {
      for (const id of replacedIds) unwritten.delete(id);
      unwritten.set(entry.changeId, { entry, replacedIds });
      return write([{ entry, replacedIds }]);
    },
    remove: (ids) =>
      attempt(async () => {
        for (const id of ids) unwritten.delete(id);
        const tx = db.transaction(CHANGES, "readwrite");
        for (const id of ids) tx.store.delete(id);
        await tx.done;
      }),
    /** The page is being closed: writes synchronously what is not committed yet. */
    persistNow() {
      if (unwritten.size) writeLocal(fallbackKey, [...unwritten.values()]);
    },
    /** The page was restored instead of closed. */
    discardPersisted: () => removeLocal(fallbackKey),
  };
}

function readLocal(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

function writeLocal(key, puts) {
  try {
    localStorage.setItem(key, JSON.stringify(puts));
  } catch {
    // the request at unload still carries the changes
  }
}

function removeLocal(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was stored
  }
}
