import { useState } from "preact/hooks";
import { plural } from "../../lib/format.js";
import { ACTIONS, payloadOf, suggestedMinutes, validate, targetsOf } from "../model/actions.js";
import { hasAccommodations } from "../model/student-status.js";
import { Dialog, ErrorSummary } from "./dialog.jsx";
import { Check, Field, useForm } from "./fields.jsx";
import { useAction } from "./hooks.js";
import { ActionOutcome } from "./action-outcome.jsx";
import { ActionTargets } from "./action-targets.jsx";

// The dialog of every action: its targets, its form, and then its outcome. `request`: the help request that a message
// answers.
export function ActionDialog({ name, monitor, board, usable, ids, request, onClose, onAnnounce }) {
  const action = ACTIONS[name];
  const rows = Object.values(board.rows);
  const scalable = hasAccommodations(rows);
  const minutes = suggestedMinutes(name, rows.filter((row) => ids.includes(row.studentId)));
  const [form, set] = useForm({ text: "", reason: "", minutes, scaled: scalable, resolves: true });
  const [everyone, setEveryone] = useState(ids.length === 0);
  const [errors, setErrors] = useState({});
  const [outcome, setOutcome] = useState(null);
  const targets = targetsOf(name, everyone ? rows : rows.filter((row) => ids.includes(row.studentId)), everyone);
  const students = plural(targets.included.length, "student");
  const payload = payloadOf(name, form, everyone ? "all" : targets.included.map((row) => row.attemptId));
  const [grantedByOther, setGrantedByOther] = useState(null); // the payload that somebody else has just sent, too
  const confirming = grantedByOther === JSON.stringify(payload);

  const [run, busy, error] = useAction(async () => {
    const reply = await monitor.request(action.event, { ...payload, ...(confirming && { confirm: true }) }).catch((problem) => {
      if (problem.code === "already_granted") setGrantedByOther(JSON.stringify(payload));
      throw problem;
    });
    setOutcome(reply); // the message is sent, even if resolving the request fails: then the request stays open
    if (request && form.resolves) await monitor.request("request_resolve", { requestId: request.requestId, note: "Answered with a message." });
  });

  function submit(event) {
    event.preventDefault();
    const found = validate(name, form, targets.included);
    setErrors(found);
    const [first] = Object.keys(found);
    if (first) document.getElementById(`act-${first}`)?.focus();
    else run();
  }

  if (outcome) return <ActionOutcome name={name} outcome={outcome} form={form} board={board} onAnnounce={onAnnounce} onClose={onClose} />;
  return (
    <Dialog title={action.title} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <ErrorSummary error={error} title={action.failed}
          afterTimeout={`${AFTER_TIMEOUT}${action.accumulates ? ": check it first, trying again may do it twice." : ". It is safe to try again."}`} />
        {request && <blockquote class="quoted">{request.text || "Raised a hand."}</blockquote>}
        <ActionTargets name={name} rows={rows} ids={ids} everyone={everyone} onEveryone={setEveryone} targets={targets} error={errors.who} />
        {action.explanation && <p>{action.explanation}</p>}
        <Fields action={action} form={form} set={set} errors={errors} scalable={scalable} />
        {request && <Check checked={form.resolves} onChange={set("resolves")}>Resolve the help request</Check>}
        {!usable && <p class="notice notice--warn">No connection to the server: nothing can be sent now. This page reconnects automatically.</p>}
        <div class="actions sheet__actions">
          <button type="submit" class={action.danger ? "button button--danger" : "button"} disabled={busy || !usable}>
            {busy ? action.busy : confirming ? "Give these minutes as well" : action.button(students, form)}
          </button>
          <button type="button" class="button button--secondary" onClick={onClose}>{action.danger ? "Go back" : "Cancel"}</button>
        </div>
      </form>
    </Dialog>
  );
}

const AFTER_TIMEOUT = "The student list shows the current state in a moment";

function Fields({ action, form, set, errors, scalable }) {
  return (
    <>
      {action.fields.includes("text") && (
        <Field id="act-text" label="Message" hint="It appears on their pages at once, with your name." error={errors.text}>
          {(inputProps) => <textarea class="input" rows="4" maxLength={2000} autofocus value={form.text} onInput={set("text")} {...inputProps} />}
        </Field>
      )}
      {action.fields.includes("minutes") && (
        <Field id="act-minutes" label={action.minutesLabel ?? "Minutes"} error={errors.minutes}>
          {(inputProps) => (
            <input class="input input--short" type="text" inputMode="numeric" maxLength={20} autocomplete="off" autofocus
              value={form.minutes} onInput={set("minutes")} {...inputProps} />
          )}
        </Field>
      )}
      {action.fields.includes("scaled") && scalable && (
        <Check checked={form.scaled} onChange={set("scaled")}>
          Scale by accommodation: a student with 1.5 times the time gets 1.5 times these minutes
        </Check>
      )}
      {action.fields.includes("reason") && (
        <Field id="act-reason" label="Reason" hint="Choose one or write your own. The students see it, and it is kept on record." error={errors.reason}>
          {(inputProps) => (
            <>
              <input class="input" type="text" list="act-reasons" maxLength={500} autocomplete="off" value={form.reason} onInput={set("reason")} {...inputProps} />
              <datalist id="act-reasons">{action.reasons.map((text) => <option key={text} value={text} />)}</datalist>
            </>
          )}
        </Field>
      )}
    </>
  );
}
