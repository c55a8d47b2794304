import { plural } from "../../lib/format.js";
import { byReason, targetsOf } from "../model/actions.js";
import { listOf, nameOf } from "../model/format.js";

const NAMES_SHOWN = 12;

// Who is hit and who is not, before anything is done. `ids`: the students who were chosen, empty for everyone.
export function Who({ name, rows, ids, everyone, onEveryone, targets, problem }) {
  const all = targetsOf(name, rows, true).hit.length;
  return (
    <fieldset class={problem ? "field field--error" : "field"}>
      <legend class="field__label">Who</legend>
      {problem && <p class="field__error">{problem}</p>}
      {ids.length > 0 && (
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
        <p><strong>{plural(targets.hit.length, "student")}{targets.hit.length > 0 && ":"}</strong> {listOf(targets.hit.map(nameOf), NAMES_SHOWN)}</p>
        {byReason(targets.spared).map(([why, names]) => (
          <p key={why} class="muted">Not {listOf(names, NAMES_SHOWN)}: {why}.</p>
        ))}
      </div>
    </fieldset>
  );
}
