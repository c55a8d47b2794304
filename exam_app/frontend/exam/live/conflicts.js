// The answer that lost against one of another device is offered, on every device, until the student has decided.
import { api } from "../../lib/rest.js";
import { withNews, withoutUpTo } from "../model/conflicts.js";

/** All that are open, as the server told them; what was decided here and did not arrive is told it again. */
export function adoptConflicts(exam, conflicts) {
  const open = new Set(conflicts.map((conflict) => conflict.changeId));
  exam.decided = exam.decided.filter((conflict) => open.has(conflict.changeId));
  exam.store.set({ conflicts: exam.decided.reduce(withoutUpTo, conflicts) });
  for (const conflict of exam.decided) deliver(exam, conflict);
}

export function conflictsChanged(exam, news) {
  exam.store.set((state) => ({ ...state, conflicts: withNews(state.conflicts, news) }));
}

/** The student has decided: what the page shows counts. */
export function settle(exam, conflict) {
  exam.decided = [...exam.decided, conflict];
  exam.store.set((state) => ({ ...state, conflicts: withoutUpTo(state.conflicts, conflict) }));
  deliver(exam, conflict);
}

/** The answer that was decided for has its own way to the server, and goes first. */
async function deliver(exam, { questionId, changeId, resolution }) {
  try {
    await exam.queue.drain();
    const path = `/api/attempts/${encodeURIComponent(exam.attemptId)}/conflicts/resolve`;
    await api(path, { method: "POST", body: { resolutions: [{ questionId, changeId, resolution }] } });
    exam.decided = exam.decided.filter((conflict) => conflict.changeId !== changeId);
  } catch (error) {
    if (!("code" in error)) console.error(error); // refused or unreachable: the next state from the server tells
  }
}
