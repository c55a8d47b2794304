import { useState } from "preact/hooks";
import { clockTime, plural } from "../lib/format.js";
import { Problem } from "./dialog.jsx";
import { useAction } from "./hooks.js";
import { isCredited } from "./inbox.js";
import { Check } from "./fields.jsx";

// The server was away: its minutes can be given back to all in one click, and taken back again.
export function OutageBanners({ outages, live, usable, hasMultiplier }) {
  const [hidden, setHidden] = useState(() => new Set());
  return outages
    .filter(({ outageId }) => !hidden.has(outageId))
    .map((outage) => (
      <OutageBanner
        key={outage.outageId}
        outage={outage}
        live={live}
        usable={usable}
        hasMultiplier={hasMultiplier}
        onHide={() => setHidden(new Set([...hidden, outage.outageId]))}
      />
    ));
}

function OutageBanner({ outage, live, usable, hasMultiplier, onHide }) {
  const { outageId, minutes } = outage;
  const credited = isCredited(outage);
  const [scaled, setScaled] = useState(true);
  const [run, busy, error] = useAction(() => (credited ? live.tell("outage_credit_undo", { outageId }) : live.tell("outage_credit", { outageId, scaled })));
  const time = (moment) => clockTime(moment, { seconds: true });
  return (
    <section class="banner banner--outage" aria-label="The server was away">
      <span class="banner__sign banner__sign--warn" aria-hidden="true">!</span>
      <div class="banner__body">
        <p role="status">
          <strong>The server was away from {time(outage.beganAt)} to {time(outage.endedAt)}.</strong>{" "}
          {credited && `Everyone was credited ${plural(minutes, "minute")}${outage.scaled && hasMultiplier ? ", scaled by accommodation" : ""}${outage.creditedBy ? `, by ${outage.creditedBy}` : ""}.`}
          {outage.undoneAt && !credited && "The credit was taken back."}
        </p>
        {!credited && hasMultiplier && <Check checked={scaled} onChange={(event) => setScaled(event.currentTarget.checked)}>scaled by accommodation</Check>}
        <Problem error={error} title={credited ? "The credit was not taken back" : "Nothing was credited"}
          unsure="This line shows it in a moment; doing it again does no harm." />
      </div>
      <button type="button" class={credited ? "button button--secondary button--small" : "button button--small"} disabled={busy || !usable} onClick={run}>
        {credited ? "Undo" : `Credit ${plural(minutes, "minute")} to all`}
      </button>
      <button type="button" class="button button--quiet button--small" onClick={onHide}>{credited ? "Hide" : "Not needed"}</button>
    </section>
  );
}
