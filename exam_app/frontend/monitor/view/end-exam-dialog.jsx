import { plural } from "../../lib/format.js";
import { isWorking, issuesOf } from "../model/student-status.js";
import { Dialog, ErrorSummary } from "./dialog.jsx";
import { useAction } from "./hooks.js";
import { listOf, nameOf } from "../model/format.js";

// Ending closes every attempt, so the dialog names the students who are still working.
export function EndExamDialog({ monitor, rows, now, onClose }) {
  const [end, busy, error] = useAction(async () => {
    await monitor.complete();
    onClose();
  });
  const working = rows.filter(isWorking);
  const unsaved = working.filter((row) => issuesOf(row, now).some(({ kind }) => kind !== "away"));
  const students = plural(working.length, "student");
  return (
    <Dialog title={working.length ? `End the exam for ${students}?` : "End the exam?"} onClose={onClose}>
      <ErrorSummary error={error} title="The exam was not ended" afterTimeout="The header of this page shows the current state in a moment. It is safe to try again." />
      {working.length > 0 ? (
        <>
          <p>{listOf(working.map(nameOf))} {working.length === 1 ? "is" : "are"} still working. Their saved answers are handed in at once. Afterwards, attempts can only be reopened one by one.</p>
          {unsaved.length > 0 && (
            <p class="notice notice--warn">
              <strong>Not everything may be saved for {plural(unsaved.length, "student")}:</strong> {listOf(unsaved.map(nameOf), 12)}. Answers
              that are still on their devices arrive too late if you end now.
            </p>
          )}
        </>
      ) : (
        <p>Nobody is working. Students who have not started can then no longer begin.</p>
      )}
      <div class="actions sheet__actions">
        <button type="button" class="button button--danger" disabled={busy} onClick={end}>
          {busy ? "Ending…" : working.length ? `End the exam for ${students}` : "End the exam"}
        </button>
        <button type="button" class="button button--secondary" onClick={onClose} autofocus>Go back</button>
      </div>
    </Dialog>
  );
}
