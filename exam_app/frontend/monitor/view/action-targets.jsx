import { plural } from "../../lib/format.js";
import { ACTIONS, byReason, targetsOf } from "../model/actions.js";
import { listOf, nameOf } from "../model/format.js";

const NAMES_SHOWN = 12;

// Whom an action applies to and whom not, before it is sent. `ids`: the selected students, empty for everyone.
export function ActionTargets({ name, rows, ids, everyone, onEveryone, targets, error }) {
  const all = targetsOf(name, rows, true).included.length;
  return (
    <fieldset class={error ? "field field--error" : "field"}>
      <legend class="field__label">Students</legend>
      {error && <p class="field__error">{error}</p>}
      {ids.length > 0 && !ACTIONS[name].onlyNamed && (
        <>
          <label class="radio">
            <input id="act-who" type="radio" name="who" checked={!everyone} onChange={() => onEveryone(false)} />
            <span>{ids.length === 1 ? "This student" : `The ${ids.length} students selected`}</span>
          </label>
          <label class="radio">
            <input type="radio" name="who" checked={everyone} onChange={() => onEveryone(true)} />
            <span>Everyone ({all})</span>
          </label>
        </>
      )}
      <div class="hit" aria-live="polite">
        <p><strong>{plural(targets.included.length, "student")}{targets.included.length > 0 && ":"}</strong> {listOf(targets.included.map(nameOf), NAMES_SHOWN)}</p>
        {byReason(targets.excluded).map(([reason, names]) => (
          <p key={reason} class="muted">Not {listOf(names, NAMES_SHOWN)}: {reason}.</p>
        ))}
      </div>
    </fieldset>
  );
}
