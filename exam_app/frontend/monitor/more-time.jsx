import { useState } from "preact/hooks";
import { clockTime, plural } from "../lib/format.js";
import { isWorking } from "./attention.js";
import { Dialog, Problem } from "./dialog.jsx";
import { useAction } from "./hooks.js";
import { listOf, nameOf } from "./words.js";

const REASONS = ["Technical problem", "Late start", "Disturbance in the room", "Fire alarm", "Extra time agreed with the school"];
const MOST_MINUTES = 600;

export function MoreTimeDialog({ live, board, ids, onClose, onSaid }) {
  const rows = Object.values(board.rows);
  const working = rows.filter(isWorking);
  const chosen = working.filter((row) => ids.includes(row.studentId));
  const [everyone, setEveryone] = useState(ids.length === 0);
  const [minutes, setMinutes] = useState("10");
  const [reason, setReason] = useState("");
  const [problems, setProblems] = useState({});
  const [outcome, setOutcome] = useState(null);
  const hit = everyone ? working : chosen;
  const byAttempt = new Map(rows.map((row) => [row.attemptId, row]));

  const [give, busy, error] = useAction(async () => {
    const attemptIds = everyone ? "all" : chosen.map((row) => row.attemptId);
    const told = await live.extend(attemptIds, Number(minutes), reason.trim());
    onSaid(`${plural(Number(minutes), "more minute")} given to ${told.done.length} of ${plural(told.done.length + told.refused.length, "student")}.`);
    setOutcome(told);
  });

  function submit(event) {
    event.preventDefault();
    const found = {};
    const amount = Number(minutes);
    if (!Number.isInteger(amount) || amount < 1 || amount > MOST_MINUTES) found.minutes = `Enter whole minutes from 1 to ${MOST_MINUTES}.`;
    if (!reason.trim()) found.reason = "Say why: the students are told, and it is kept on record.";
    if (!hit.length) found.who = "None of the students you selected is still working. Choose everyone, or select others.";
    setProblems(found);
    const first = Object.keys(found)[0];
    if (first) document.getElementById(`more-${first}`)?.focus();
    else give();
  }

  if (outcome) return <Outcome outcome={outcome} minutes={Number(minutes)} byAttempt={byAttempt} onClose={onClose} />;
  return (
    <Dialog title="More time" onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Problem error={error} title="No time was given" />
        {ids.length > 0 ? (
          <fieldset class={problems.who ? "field field--error" : "field"}>
            <legend class="field__label">Who</legend>
            {problems.who && <p class="field__error">{problems.who}</p>}
            <label class="radio">
              <input id="more-who" type="radio" name="who" checked={!everyone} onChange={() => setEveryone(false)} />
              <span>{chosen.length ? listOf(chosen.map(nameOf)) : "The selected students"}</span>
            </label>
            <label class="radio">
              <input type="radio" name="who" checked={everyone} onChange={() => setEveryone(true)} />
              <span>Everyone still working ({working.length})</span>
            </label>
          </fieldset>
        ) : (
          <p>For everyone still working: {plural(working.length, "student")}.</p>
        )}
        <Field id="more-minutes" label="Minutes" problem={problems.minutes}>
          {(described) => (
            <input id="more-minutes" class="input input--short" type="number" inputMode="numeric" min="1" max={MOST_MINUTES} step="1"
              value={minutes} onInput={(event) => setMinutes(event.currentTarget.value)} {...described} />
          )}
        </Field>
        <Field id="more-reason" label="Reason" hint="The students see it." problem={problems.reason}>
          {(described) => (
            <input id="more-reason" class="input" type="text" list="more-reasons" maxLength={200} autocomplete="off"
              value={reason} onInput={(event) => setReason(event.currentTarget.value)} {...described} />
          )}
        </Field>
        <datalist id="more-reasons">{REASONS.map((text) => <option key={text} value={text} />)}</datalist>
        <div class="actions sheet__actions">
          <button type="submit" class="button" disabled={busy}>
            {busy ? "Giving time…" : `Give ${Number(minutes) > 0 ? plural(Number(minutes), "more minute") : "more time"} to ${plural(hit.length, "student")}`}
          </button>
          <button type="button" class="button button--secondary" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}

function Field({ id, label, hint, problem, children }) {
  const described = [hint && `${id}-hint`, problem && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={problem ? "field field--error" : "field"}>
      <label class="field__label" for={id}>{label}</label>
      {hint && <p class="field__hint" id={`${id}-hint`}>{hint}</p>}
      {problem && <p class="field__error" id={`${id}-error`}>{problem}</p>}
      {children({ "aria-describedby": described || undefined, "aria-invalid": problem ? "true" : undefined })}
    </div>
  );
}

function Outcome({ outcome, minutes, byAttempt, onClose }) {
  const { done, refused } = outcome;
  const ends = [...new Set(done.map(({ expiresAt }) => clockTime(expiresAt)))].sort();
  const name = (attemptId) => (byAttempt.has(attemptId) ? nameOf(byAttempt.get(attemptId)) : "A student");
  return (
    <Dialog title={done.length ? `${plural(minutes, "more minute")} given to ${plural(done.length, "student")}` : "No time was given"} onClose={onClose}>
      {done.length > 0 && (
        <p>{ends.length === 1 ? `Their time now ends at ${ends[0]}.` : `Their time now ends between ${ends[0]} and ${ends[ends.length - 1]}.`} The pages of the students show it.</p>
      )}
      {refused.length > 0 && (
        <>
          <p>Not given to {plural(refused.length, "student")}:</p>
          <ul>{refused.map(({ attemptId, reason }) => <li key={attemptId}>{name(attemptId)}: {reason}</li>)}</ul>
        </>
      )}
      <div class="actions sheet__actions"><button type="button" class="button" onClick={onClose} autofocus>Close</button></div>
    </Dialog>
  );
}
