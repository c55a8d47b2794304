import { useState } from "preact/hooks";
import { isolated } from "../../lib/direction.js";
import { clockTime, plural } from "../../lib/format.js";
import { hasAccommodations, hasExpired } from "../model/student-status.js";
import { ErrorSummary } from "./dialog.jsx";
import { Check } from "./fields.jsx";
import { useAction } from "./hooks.js";
import { creditOf } from "../model/inbox.js";
import { Refusals } from "./refusals.jsx";

// After an outage of the server: its minutes can be credited to all students, and the credit undone. When the exam is over
// (`isOver`), only an outage in which the time of students ran out: the credit reopens their attempts.
export function OutageBanners({ outages, rows, monitor, usable, isOver }) {
  const [hidden, setHidden] = useState(() => new Set());
  return outages
    .filter((outage) => !hidden.has(outage.outageId) && (!isOver || endedExams(outage, rows)))
    .map((outage) => (
      <OutageBanner
        key={outage.outageId}
        outage={outage}
        rows={rows}
        monitor={monitor}
        usable={usable}
        onHide={() => setHidden(new Set([...hidden, outage.outageId]))}
      />
    ));
}

function endedExams(outage, rows) {
  const during = ({ submittedAt }) => Date.parse(submittedAt) >= Date.parse(outage.beganAt) && Date.parse(submittedAt) <= Date.parse(outage.endedAt);
  return creditOf(outage) === "open" && rows.some((row) => hasExpired(row) && during(row));
}

function OutageBanner({ outage, rows, monitor, usable, onHide }) {
  const { outageId } = outage;
  const state = creditOf(outage);
  const scalable = hasAccommodations(rows);
  const [scaled, setScaled] = useState(true);
  const [refused, setRefused] = useState([]);
  const [run, busy, error] = useAction(async (event, data) => {
    const reply = await monitor.request(event, { outageId, ...data });
    setRefused(reply.refused);
  });
  const disabled = busy || !usable;
  return (
    <section class="banner banner--outage" aria-label="Server outage">
      <span class="banner__sign banner__sign--warn" aria-hidden="true">!</span>
      <div class="banner__body">
        <p role="status">
          <strong>The server was unavailable from {time(outage.beganAt)} to {time(outage.endedAt)}.</strong> {creditText(outage, scalable)}
        </p>
        <Refusals refused={refused} rows={rows} />
        {state === "open" && scalable && <Check checked={scaled} onChange={(event) => setScaled(event.currentTarget.checked)}>Scale by accommodation</Check>}
        <ErrorSummary error={error} title={state === "open" ? "Nothing was credited" : "The credit was not undone"}
          afterTimeout="This banner shows the current state in a moment. It is safe to try again." />
      </div>
      {state === "open" && (
        <button type="button" class="button button--small" disabled={disabled} onClick={() => run("outage_credit", { scaled })}>
          Credit {plural(outage.minutes, "minute")} to all
        </button>
      )}
      {state === "credited" && (
        <button type="button" class="button button--secondary button--small" disabled={disabled} onClick={() => run("outage_credit_undo")}>Undo</button>
      )}
      <button type="button" class="button button--quiet button--small" onClick={onHide}>{state === "open" ? "Dismiss" : "Hide"}</button>
    </section>
  );
}

const time = (moment) => clockTime(moment, { seconds: true });

function creditText(outage, scalable) {
  const state = creditOf(outage);
  if (state === "open") return "";
  if (state === "undone") return "The credit was undone.";
  const scaled = outage.scaled && scalable ? ", scaled by accommodation" : "";
  return `${isolated(outage.creditedBy)} credited ${plural(outage.minutes, "minute")} to all${scaled}.`;
}
