// Conflicts between devices: every device offers the answer that lost until the student has resolved the conflict.
import { api } from "../../lib/rest.js";
import { applyConflictEvents, withoutResolved } from "../model/conflicts.js";

/** Adopts the server's open conflicts, and sends again the resolutions that it has not received. */
export function adoptConflicts(exam, conflicts) {
  const open = new Set(conflicts.map((conflict) => conflict.changeId));
  exam.resolved = exam.resolved.filter((conflict) => open.has(conflict.changeId));
  exam.store.set({ conflicts: exam.resolved.reduce(withoutResolved, conflicts) });
  for (const conflict of exam.resolved) sendResolution(exam, conflict);
}

export function conflictsChanged(exam, event) {
  exam.store.set((state) => ({ ...state, conflicts: applyConflictEvents(state.conflicts, event) }));
}

/** Resolves a conflict: the answer that the page shows is final. */
export function resolve(exam, conflict) {
  exam.resolved = [...exam.resolved, conflict];
  exam.store.set((state) => ({ ...state, conflicts: withoutResolved(state.conflicts, conflict) }));
  sendResolution(exam, conflict);
}

/** Sends the chosen answer through the queue first, then the resolution. */
async function sendResolution(exam, { questionId, changeId, resolution }) {
  try {
    await exam.queue.drain();
    const path = `/api/attempts/${encodeURIComponent(exam.attemptId)}/conflicts/resolve`;
    await api(path, { method: "POST", body: { resolutions: [{ questionId, changeId, resolution }] } });
    exam.resolved = exam.resolved.filter((conflict) => conflict.changeId !== changeId);
  } catch (error) {
    if (!("code" in error)) console.error(error); // refused or unreachable: the next state of the server corrects it
  }
}
