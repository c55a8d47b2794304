import { dateTime, plural } from "../../lib/format.js";
import { isDone } from "../model/student-status.js";
import { ErrorSummary } from "./dialog.jsx";
import { useAction } from "./hooks.js";

// After the end of the session: its summary and the release of results.
export function Summary({ boot, monitor, session, rows }) {
  const [release, busy, error] = useAction(monitor.release);
  if (session.status === "cancelled") {
    return <div class="summary"><p><strong>This session was cancelled.</strong> Students can no longer take this exam.</p></div>;
  }
  const done = rows.filter(isDone);
  const grading = done.filter((row) => row.status !== "graded").length;
  const absent = rows.filter((row) => !row.attemptId).length;
  return (
    <div class="summary">
      <ErrorSummary error={error} title="The results were not released" />
      <p>
        <strong>The exam ended{session.completedAt ? ` on ${dateTime(session.completedAt)}` : ""}.</strong>{" "}
        {plural(done.length, "student")} handed in{absent ? `, ${absent} did not take part` : ""}.{" "}
        {grading ? `${plural(grading, "attempt is", "attempts are")} being graded.` : done.length ? "All are graded." : ""}{" "}
        {session.resultsReleasedAt ? `Released to the students on ${dateTime(session.resultsReleasedAt)}.` : "The students do not see their results yet."}
      </p>
      <div class="summary__actions">
        <a class="button button--small" href={boot.resultsUrl}>See the results</a>
        {!session.resultsReleasedAt && boot.canRelease && (
          <button type="button" class="button button--secondary button--small" disabled={busy || grading > 0 || !done.length} onClick={() => release()}>
            {busy ? "Releasing…" : `Release results to ${plural(done.length, "student")}`}
          </button>
        )}
      </div>
    </div>
  );
}
