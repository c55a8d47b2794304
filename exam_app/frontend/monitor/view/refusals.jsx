import { plural } from "../../lib/format.js";
import { nameOf } from "../model/format.js";

// The students for whom an action failed, and why. refused: [{attemptId, reason}].
export function Refusals({ refused, rows }) {
  if (!refused.length) return null;
  const names = new Map(rows.map((row) => [row.attemptId, nameOf(row)]));
  return (
    <div>
      <p>Not done for {plural(refused.length, "student")}:</p>
      <ul>{refused.map(({ attemptId, reason }) => <li key={attemptId}><bdi>{names.get(attemptId) ?? "A student"}</bdi>: {reason}</li>)}</ul>
    </div>
  );
}
