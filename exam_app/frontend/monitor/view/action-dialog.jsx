import { useState } from "preact/hooks";
import { plural } from "../../lib/format.js";
import { ACTIONS, MOST_MINUTES, dataOf, problemsOf, targetsOf } from "../model/actions.js";
import { hasAccommodations } from "../model/student-status.js";
import { Dialog, Problem } from "./dialog.jsx";
import { Check, Field, useForm } from "./fields.jsx";
import { useAction } from "./hooks.js";
import { Outcome } from "./action-outcome.jsx";
import { Who } from "./action-targets.jsx";

// One dialog for every action: whom it hits, what it needs to know, and then what came of it.
// `request`: the raised hand that a message answers.
export function ActionDialog({ name, live, board, usable, ids, request, onClose, onSaid }) {
  const action = ACTIONS[name];
  const rows = Object.values(board.rows);
  const scalable = hasAccommodations(rows);
  const [form, set] = useForm({ text: "", reason: "", minutes: "10", scaled: scalable, settles: true });
  const [everyone, setEveryone] = useState(ids.length === 0);
  const [problems, setProblems] = useState({});
  const [outcome, setOutcome] = useState(null);
  const targets = targetsOf(name, everyone ? rows : rows.filter((row) => ids.includes(row.studentId)), everyone);
  const students = plural(targets.hit.length, "student");

  const [run, busy, error] = useAction(async () => {
    const told = await live.tell(action.event, dataOf(name, form, everyone ? "all" : targets.hit.map((row) => row.attemptId)));
    setOutcome(told); // the message is out, whatever becomes of the request: that one still waits, if this fails
    if (request && form.settles) await live.tell("request_resolve", { requestId: request.requestId, note: "Answered with a message." });
  });

  function submit(event) {
    event.preventDefault();
    const found = problemsOf(name, form, targets.hit);
    setProblems(found);
    const [first] = Object.keys(found);
    if (first) document.getElementById(`act-${first}`)?.focus();
    else run();
  }

  if (outcome) return <Outcome name={name} outcome={outcome} form={form} board={board} onSaid={onSaid} onClose={onClose} />;
  return (
    <Dialog title={action.title} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Problem error={error} title={action.failed}
          unsure={`${UNSURE}${action.repeats ? ": look there first, doing it again may do it twice." : "; doing it again does no harm."}`} />
        {request && <blockquote class="quoted">{request.text || "Raised a hand."}</blockquote>}
        <Who name={name} rows={rows} ids={ids} everyone={everyone} onEveryone={setEveryone} targets={targets} problem={problems.who} />
        {action.says && <p>{action.says}</p>}
        <Fields action={action} form={form} set={set} problems={problems} scalable={scalable} />
        {request && <Check checked={form.settles} onChange={set("settles")}>This settles the request</Check>}
        {!usable && <p class="notice notice--warn">No connection to the server: nothing can be sent now. This page tries again by itself.</p>}
        <div class="actions sheet__actions">
          <button type="submit" class={action.danger ? "button button--danger" : "button"} disabled={busy || !usable}>
            {busy ? action.busy : action.button(students, form)}
          </button>
          <button type="button" class="button button--secondary" onClick={onClose}>{action.danger ? "Do nothing" : "Cancel"}</button>
        </div>
      </form>
    </Dialog>
  );
}

const UNSURE = "The list of students shows what is true in a moment";

function Fields({ action, form, set, problems, scalable }) {
  return (
    <>
      {action.needs.includes("text") && (
        <Field id="act-text" label="Message" hint="It appears on their pages at once, with your name." problem={problems.text}>
          {(tied) => <textarea class="input" rows="4" maxLength={2000} autofocus value={form.text} onInput={set("text")} {...tied} />}
        </Field>
      )}
      {action.needs.includes("minutes") && (
        <Field id="act-minutes" label="Minutes" problem={problems.minutes}>
          {(tied) => (
            <input class="input input--short" type="number" inputMode="numeric" min="1" max={MOST_MINUTES} step="1" autofocus
              value={form.minutes} onInput={set("minutes")} {...tied} />
          )}
        </Field>
      )}
      {action.needs.includes("minutes") && scalable && (
        <Check checked={form.scaled} onChange={set("scaled")}>
          Scaled by each student’s accommodation: who has 1.5 times the time gets 1.5 times these minutes
        </Check>
      )}
      {action.needs.includes("reason") && (
        <Field id="act-reason" label="Reason" hint="Choose one or write your own. The students see it, and it is kept on record." problem={problems.reason}>
          {(tied) => (
            <>
              <input class="input" type="text" list="act-reasons" maxLength={500} autocomplete="off" value={form.reason} onInput={set("reason")} {...tied} />
              <datalist id="act-reasons">{action.reasons.map((text) => <option key={text} value={text} />)}</datalist>
            </>
          )}
        </Field>
      )}
    </>
  );
}
