// Conflicts between devices: every device offers the answer that lost until the student has resolved the conflict.
import { api } from "../../lib/rest.js";
import { applyConflictEvents, withoutResolved } from "../model/conflicts.js";

const RETRY_MS = 4000;

/** Adopts the server's open conflicts, and sends again the resolutions that it has not received. */
export function adoptConflicts(exam, conflicts) {
  const open = new Set(conflicts.map((conflict) => conflict.changeId));
  exam.resolved = exam.resolved.filter((conflict) => open.has(conflict.changeId));
  exam.store.set({ conflicts: exam.resolved.reduce(withoutResolved, unsettled(exam, conflicts)) });
  for (const conflict of exam.resolved) sendResolution(exam, conflict);
}

export function conflictsChanged(exam, { opened = [], settled = [] }) {
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

/** A reply that was on its way when a conflict was settled still contains it; a settled one is never open again. */
function unsettled(exam, conflicts) {
  return conflicts.filter((conflict) => !exam.settled.has(conflict.changeId));
}

/** Sends the chosen answer through the queue first, then the resolution; until the server has it, again after each join. */
async function sendResolution(exam, { questionId, changeId, resolution }) {
  try {
    await exam.queue.drain();
    const path = `/api/attempts/${encodeURIComponent(exam.attemptId)}/conflicts/resolve`;
    const { settled } = await api(path, { method: "POST", body: { resolutions: [{ questionId, changeId, resolution }] } });
    conflictsChanged(exam, { settled });
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
