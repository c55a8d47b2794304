import { useMemo } from "preact/hooks";
import { plural } from "../../lib/format.js";
import { ACTIONS } from "../model/actions.js";
import { SortChoice } from "./columns.jsx";
import { FILTERS, countFiltered } from "../model/student-list.js";

const HINTS = {
  behind: "Their progress is more than 20 percentage points below the average",
  noticed: "They have left the page or have an open alert",
};

export function Filters({ rows, now, filter, onFilter, cards, narrow, onCards, sort, onSort }) {
  const counts = useMemo(() => countFiltered(rows, now), [rows, now]);
  return (
    <div class="toolbar__filters" role="group" aria-label="Filters">
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
      <Segments
        legend="Show"
        name="show"
        value={filter.show}
        onChange={(show) => onFilter({ ...filter, show })}
        options={Object.entries(FILTERS).map(([value, label]) => ({ value, label, count: counts[value], hint: HINTS[value] }))}
      />
      {!narrow && (
        <Segments
          legend="As"
          name="view"
          value={cards ? "cards" : "table"}
          onChange={(view) => onCards(view === "cards")}
          options={[{ value: "table", label: "table" }, { value: "cards", label: "cards" }]}
        />
      )}
      {cards && <SortChoice sort={sort} onSort={onSort} />}
    </div>
  );
}

function Segments({ legend, name, value, options, onChange }) {
  return (
    <fieldset class="segments">
      <legend>{legend}</legend>
      {options.map(({ value: own, label, count, hint }) => (
        <label key={own} class="segments__item" title={hint}>
          <input type="radio" name={name} value={own} checked={own === value} onChange={() => onChange(own)} />
          <span>{label}{count !== undefined && <span class="segments__count"> {count}</span>}</span>
        </label>
      ))}
    </fieldset>
  );
}

// The actions for everyone, or for the selected students.
export function ActionBar({ actions, usable, paused, selected, onAction, onEnd, onClear }) {
  const button = (name, label) =>
    actions[name] && (
      <button key={name} type="button" class={`button button--small ${ACTIONS[name].danger ? "button--danger" : "button--secondary"}`} disabled={!usable} onClick={() => onAction(name)}>
        {label}
      </button>
    );
  if (selected.size) {
    return (
      <div class="toolbar__actions toolbar__actions--selected" role="group" aria-label="Actions for the selection">
        <strong>{plural(selected.size, "student")} selected</strong>
        {Object.entries(ACTIONS).map(([name, { label }]) => button(name, label))}
        <button type="button" class="button button--quiet button--small" onClick={onClear}>Clear selection</button>
      </div>
    );
  }
  return (
    <div class="toolbar__actions" role="group" aria-label="Actions for everyone">
      {button("message", "Message all")}
      {button("extend", "More time")}
      {button("pause", "Pause all")}
      {paused > 0 && button("resume", `Resume ${plural(paused, "student")}`)}
      <button type="button" class="button button--secondary button--small" disabled={!usable} onClick={onEnd}>End exam</button>
    </div>
  );
}
