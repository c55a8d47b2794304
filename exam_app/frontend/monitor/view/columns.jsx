import { SORTS } from "../model/student-list.js";

const COLUMNS = [
  { by: "name", css: "col-student" },
  { by: "attention", css: "col-now", title: "Students who need attention first" },
  { by: "progress", css: "col-progress" },
  { by: "question", css: "col-number" },
  { by: "tabs", css: "col-number", title: "How often the student left the page" },
  { by: "time", css: "col-time" },
];
export const COLUMN_COUNT = COLUMNS.length + 1;

// The column headers; each sorts the list. `select`: the checkbox that selects all students shown.
export function Columns({ running, sort, onSort, select }) {
  return (
    <thead role="rowgroup">
      <tr role="row" aria-rowindex={1}>
        {COLUMNS.map(({ by, css, title }) => (
          <th key={by} role="columnheader" scope="col" class={css} aria-sort={ariaSort(sort, by)}>
            {by === "name" && select}
            <button type="button" class="sort" title={title} onClick={() => onSort(by)}>
              {by === "time" && !running ? "Receipt" : SORTS[by].label}
              <span class="sort__sign" aria-hidden="true">{sort.by === by ? (sort.down ? "▾" : "▴") : ""}</span>
            </button>
          </th>
        ))}
        <th role="columnheader" scope="col" class="col-more"><span class="visually-hidden">Details</span></th>
      </tr>
    </thead>
  );
}

function ariaSort(sort, by) {
  if (sort.by !== by) return "none";
  return sort.down ? "descending" : "ascending";
}

// The same for cards, which have no column headers.
export function SortChoice({ sort, onSort }) {
  return (
    <label class="toolbar__sort">
      <span>Sort by</span>
      <select class="input input--small" value={sort.by} onChange={(event) => onSort(event.currentTarget.value)}>
        {COLUMNS.map(({ by }) => <option key={by} value={by}>{by === "attention" ? "Needs attention" : SORTS[by].label}</option>)}
      </select>
    </label>
  );
}
