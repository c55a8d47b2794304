import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { isolated } from "../../lib/direction.js";
import { COLUMN_COUNT, Columns } from "./columns.jsx";
import { useLingering, useInteraction, useStable } from "./hooks.js";
import { arrange } from "../model/student-list.js";
import { StudentRow } from "./student-row.jsx";
import { useVirtualList } from "./use-virtual-list.js";

// All students as table rows or cards. Both have the same markup, so that screen readers read a table. Only the visible
// part of a long list is rendered. `covered`: a dialog is open, and closing it must show the list unchanged.
export function StudentTable({ rows, now, filter, sort, onSort, cards, running, covered, selected, onSelect, onOpen }) {
  const box = useRef(null);
  const [interacting, handlers] = useInteraction(box);
  const isCovered = useLingering(covered);
  const order = useStableOrder(rows, filter, sort, now, interacting || isCovered);
  const anchor = useRef(null);
  const part = useVirtualList(box, order.length, cards);
  const ids = order.map((row) => row.studentId);
  const shownSelected = ids.filter((id) => selected.has(id)).length;

  const toggle = useStable((studentId, on, extend) => {
    const next = new Set(selected);
    const from = extend && anchor.current ? ids.indexOf(anchor.current) : -1;
    const to = ids.indexOf(studentId);
    const range = from < 0 ? [studentId] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const id of range) on ? next.add(id) : next.delete(id);
    anchor.current = studentId;
    onSelect(next);
  });
  const open = useStable(onOpen);

  // Up and down move through the rows, with Shift they select; Ctrl+A selects all shown, Escape none.
  function onKeyDown(event) {
    const id = event.target.dataset?.row;
    if (!id) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = ids[ids.indexOf(id) + step];
      if (!next) return;
      if (event.shiftKey) onSelect(new Set([...selected, id, next]));
      anchor.current = next;
      box.current.querySelector(`[data-row="${next}"]`)?.focus();
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSelect(new Set(ids));
    } else if (event.key === "Escape") {
      onSelect(new Set());
    }
  }

  return (
    <section class={cards ? "students students--cards" : "students"} aria-label="Students" {...handlers}>
      <div class={part ? "students__scroll is-long" : "students__scroll"} ref={box} tabIndex={-1}>
        <table class="students__table" role="table" aria-rowcount={order.length + 1} onKeyDown={onKeyDown}>
          <Columns
            running={running}
            sort={sort}
            onSort={onSort}
            select={running && <SelectAll all={ids.length > 0 && shownSelected === ids.length} some={shownSelected > 0} onSelect={(on) => onSelect(new Set(on ? ids : []))} />}
          />
          <tbody role="rowgroup">
            {part?.above > 0 && <Spacer height={part.above} />}
            {(part ? order.slice(part.from, part.to) : order).map((row, index) => (
              <StudentRow
                key={row.studentId}
                row={row}
                now={now}
                index={(part?.from ?? 0) + index + 2}
                selectable={running}
                selected={selected.has(row.studentId)}
                onToggle={toggle}
                onOpen={open}
              />
            ))}
            {part?.below > 0 && <Spacer height={part.below} />}
          </tbody>
        </table>
        {!order.length && <p class="empty">{emptyText(filter, rows.length)}</p>}
      </div>
    </section>
  );
}

function SelectAll({ all, some, onSelect }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        aria-label="Select all students shown"
        checked={all}
        ref={(input) => input && (input.indeterminate = some && !all)}
        onChange={(event) => onSelect(event.currentTarget.checked)}
      />
    </label>
  );
}

const EMPTY_TEXTS = {
  attention: "Nobody needs attention now.",
  offline: "All working students are connected.",
  behind: "Nobody is far behind the others.",
  noticed: "Nobody has left the page, and there are no open alerts.",
  done: "Nobody has handed in yet.",
};

function emptyText({ show, search }, total) {
  if (!total) return "This class has no students yet.";
  return search.trim() ? `No student matches “${isolated(search.trim())}”.` : EMPTY_TEXTS[show];
}

// The current order, or the last one while it is frozen. A new filter or sort order always applies at once.
function useStableOrder(rows, filter, sort, now, frozen) {
  const last = useRef({ filter, sort, ids: [] });
  const ids = frozen && last.current.filter === filter && last.current.sort === sort ? last.current.ids : null;
  const order = useMemo(() => arrange(rows, filter, sort, now, ids), [rows, filter, sort, now, ids]);
  last.current = { filter, sort, ids: order.map((row) => row.studentId) };
  return order;
}

// The height is set through the DOM: the Content Security Policy forbids style attributes.
function Spacer({ height }) {
  const cell = useRef(null);
  useLayoutEffect(() => {
    cell.current.style.height = `${height}px`;
  }, [height]);
  return <tr class="spacer" aria-hidden="true"><td colSpan={COLUMN_COUNT} ref={cell} /></tr>;
}
