// Conflicts between devices: every device offers the answer that lost until the student has resolved the conflict.
import { api } from "../../lib/rest.js";
import { applyConflictEvents, withoutResolved } from "../model/conflicts.js";
import { isOlder, newestEvent } from "../model/timing.js";

const RETRY_MS = 4000;

/** Adopts the open conflicts of a state, and sends again the resolutions that the server has not received. */
export function adoptConflicts(exam, { conflicts = [], serverTime }) {
  if (isOlder({ serverTime }, exam.conflictsAt)) return exam.resync(500);
  const open = new Set(conflicts.map((conflict) => conflict.changeId));
  exam.resolved = exam.resolved.filter((conflict) => open.has(conflict.changeId));
  exam.store.set({ conflicts: exam.resolved.reduce(withoutResolved, unsettled(exam, conflicts)) });
  for (const conflict of exam.resolved) sendResolution(exam, conflict);
  return undefined;
}

/** By an event, or by the reply to a save or to a resolution. */
export function conflictsChanged(exam, { opened = [], settled = [], serverTime }) {
  if (opened.length || settled.length) exam.conflictsAt = newestEvent(exam.conflictsAt, serverTime);
  for (const changeId of settled) exam.settled.add(changeId);
  const event = { opened: unsettled(exam, opened), settled };
  exam.store.set((state) => ({ ...state, conflicts: applyConflictEvents(state.conflicts, event) }));
}

/** Resolves a conflict: the answer that the page shows is final. */
export function resolve(exam, conflict) {
  exam.resolved = [...exam.resolved, conflict];
  exam.store.set((state) => ({ ...state, conflicts: withoutResolved(state.conflicts, conflict) }));
  sendResolution(exam, conflict);
}

/** Without what is known to be settled: a message that was on its way then may still contain it. */
function unsettled(exam, conflicts) {
  return conflicts.filter((conflict) => !exam.settled.has(conflict.changeId));
}

/** Sends the chosen answer through the queue first, then the resolution; until the server has it, again after each join. */
async function sendResolution(exam, { questionId, changeId, resolution }) {
  try {
    await exam.queue.drain();
    const path = `/api/attempts/${encodeURIComponent(exam.attemptId)}/conflicts/resolve`;
    const { settled, serverTime } = await api(path, { method: "POST", body: { resolutions: [{ questionId, changeId, resolution }] } });
    conflictsChanged(exam, { settled, serverTime });
    forget(exam, changeId);
    if (!settled.includes(changeId)) exam.resync();
  } catch (error) {
    if (!("code" in error)) throw error;
    if (error.needsLogin) return; // signing in joins
    if (!error.isNetwork) forget(exam, changeId);
    exam.resync(error.isNetwork ? RETRY_MS : undefined);
  }
}

function forget(exam, changeId) {
  exam.resolved = exam.resolved.filter((conflict) => conflict.changeId !== changeId);
}
