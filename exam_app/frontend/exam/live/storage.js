// Where unacknowledged changes outlive the page: IndexedDB, or memory where a browser refuses it.
//
// IndexedDB takes its time, and a page that is left in the middle of a word has none: what is not on the disk
// yet goes into localStorage, which is written at once, and from there into IndexedDB by the next page.
import { openDB } from "idb";

const NAME = "exam-answers";
const CHANGES = "changes";

export function memoryStorage() {
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
    part() {},
    stay() {},
  };
}

async function open() {
  return openDB(NAME, 1, {
    upgrade(db) {
      const store = db.createObjectStore(CHANGES, { keyPath: "changeId" });
      store.createIndex("attemptId", "attemptId");
    },
    blocking(_old, _new, event) {
      event.target.close(); // a newer page of ours wants to change the layout
    },
  });
}

/** True when this browser really keeps what is written: asked in the waiting room. */
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

/** The changes of one attempt. `onTrouble` hears once when the disk refuses; memory takes over. */
export async function openStorage(attemptId, onTrouble = () => {}) {
  const memory = memoryStorage();
  let db = null;
  try {
    db = await open();
  } catch {
    onTrouble();
    return memory;
  }

  const unwritten = new Map(); // what was put and is not known to be on the disk, by changeId
  const parted = `exam-parting:${attemptId}`;

  async function attempt(work) {
    try {
      return await work();
    } catch {
      onTrouble();
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

  const left = localPuts(parted);
  if (left.length) await write(left);
  forgetLocal(parted);

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
    /** The page is being left: nothing that takes time is done any more. */
    part() {
      if (unwritten.size) keepLocal(parted, [...unwritten.values()]);
    },
    /** It was not, after all. */
    stay: () => forgetLocal(parted),
  };
}

function localPuts(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

function keepLocal(key, puts) {
  try {
    localStorage.setItem(key, JSON.stringify(puts));
  } catch {
    // the last message of the page to the server still goes out
  }
}

function forgetLocal(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // there was nothing
  }
}
