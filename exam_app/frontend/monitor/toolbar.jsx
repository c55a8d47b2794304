import { plural } from "../lib/format.js";
import { countRows } from "./attention.js";
import { SHOWN } from "./order.js";

export function Toolbar({ running, usable, rows, now, filter, onFilter, selected, onClear, onMoreTime, onEnd }) {
  const counts = countRows(rows, now);
  const amounts = { all: counts.enrolled, attention: counts.attention, done: counts.done };
  return (
    <div class="toolbar" role="group" aria-label="Actions and filters">
      {running && (
        <div class="toolbar__actions">
          <button type="button" class="button button--secondary button--small" disabled={!usable || !counts.working} onClick={onMoreTime}>
            {selected.size ? `More time for ${plural(selected.size, "student")}` : "More time"}
          </button>
          <button type="button" class="button button--secondary button--small" disabled={!usable} onClick={onEnd}>End exam</button>
          {selected.size > 0 && (
            <button type="button" class="button button--quiet button--small" onClick={onClear}>Clear selection</button>
          )}
        </div>
      )}
      <div class="toolbar__filters">
        <label class="toolbar__search">
          <span>Search</span>
          <input
            type="search"
            class="input input--small"
            value={filter.search}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => onFilter({ ...filter, search: event.currentTarget.value })}
          />
        </label>
        <fieldset class="segments">
          <legend>Show</legend>
          {Object.entries(SHOWN).map(([show, words]) => (
            <label key={show} class="segments__item">
              <input type="radio" name="show" value={show} checked={filter.show === show} onChange={() => onFilter({ ...filter, show })} />
              <span>{words} <span class="segments__count">{amounts[show]}</span></span>
            </label>
          ))}
        </fieldset>
      </div>
    </div>
  );
}
