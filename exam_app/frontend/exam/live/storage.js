// Where unacknowledged changes outlive the page: IndexedDB, or memory where a browser refuses it.
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

  async function attempt(work) {
    try {
      return await work();
    } catch {
      onTrouble();
      return undefined;
    }
  }

  return {
    kind: "indexeddb",
    all: () => attempt(() => db.getAllFromIndex(CHANGES, "attemptId", attemptId)).then((found) => found ?? []),
    put: (entry, replacedIds = []) =>
      attempt(async () => {
        const tx = db.transaction(CHANGES, "readwrite");
        for (const id of replacedIds) tx.store.delete(id);
        tx.store.put({ ...entry, attemptId });
        await tx.done;
      }),
    remove: (ids) =>
      attempt(async () => {
        const tx = db.transaction(CHANGES, "readwrite");
        for (const id of ids) tx.store.delete(id);
        await tx.done;
      }),
  };
}
