import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { usePresence, useStable } from "./hooks.js";
import { arrange, windowOf } from "./order.js";
import { StudentRow } from "./row.jsx";

const DRAWN_WHOLE = 100;
const COLUMNS = 7;

export function StudentTable({ rows, now, filter, running, selected, onSelect, onOpen }) {
  const [held, handlers] = usePresence();
  const order = useHeldOrder(rows, filter, now, held);
  const box = useRef(null);
  const anchor = useRef(null);
  const part = useWindow(box, order.length);
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

  // Up and down walk through the rows, with Shift they select; Ctrl+A takes all shown, Escape none.
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
    <section class="students" aria-label="Students" {...handlers}>
      <div class={part ? "students__scroll is-long" : "students__scroll"} ref={box} tabIndex={-1}>
        <table class="students__table" role="table" aria-rowcount={order.length + 1} onKeyDown={onKeyDown}>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col" class="col-student">
                {running && (
                  <label class="check">
                    <input
                      type="checkbox"
                      aria-label="Select all students shown"
                      checked={ids.length > 0 && shownSelected === ids.length}
                      ref={(input) => input && (input.indeterminate = shownSelected > 0 && shownSelected < ids.length)}
                      onChange={(event) => onSelect(new Set(event.currentTarget.checked ? ids : []))}
                    />
                  </label>
                )}
                <span class="col-student__head">Student</span>
              </th>
              <th role="columnheader" scope="col" class="col-now">Now</th>
              <th role="columnheader" scope="col" class="col-progress">Progress</th>
              <th role="columnheader" scope="col" class="col-number">Question</th>
              <th role="columnheader" scope="col" class="col-number"><abbr title="How often the student left the page">Tabs</abbr></th>
              <th role="columnheader" scope="col" class="col-time">{running ? "Time left" : "Receipt"}</th>
              <th role="columnheader" scope="col" class="col-more"><span class="visually-hidden">Details</span></th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {part && <Spacer height={part.above} />}
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
            {part && <Spacer height={part.below} />}
          </tbody>
        </table>
        {!order.length && <p class="empty">{nothing(filter, rows.length)}</p>}
      </div>
    </section>
  );
}

function nothing({ show, search }, total) {
  if (!total) return "Nobody is on the list of this class.";
  if (search.trim()) return `Nobody here is called “${search.trim()}”.`;
  if (show === "attention") return "Nobody needs attention now.";
  return show === "done" ? "Nobody has handed in yet." : "";
}

// The order as it should be, or as it was while somebody points at it. A new filter always counts at once.
function useHeldOrder(rows, filter, now, held) {
  const last = useRef({ filter, ids: [] });
  const keep = held && last.current.filter === filter ? last.current.ids : null;
  const order = useMemo(() => arrange(rows, filter, now, keep), [rows, filter, now, keep]);
  last.current = { filter, ids: order.map((row) => row.studentId) };
  return order;
}

// Draws only what is in sight when the list is long; all rows are equally far apart.
function useWindow(box, count) {
  const [view, setView] = useState({ scrollTop: 0, viewHeight: 800, rowHeight: 36 });
  const long = count > DRAWN_WHOLE;
  useLayoutEffect(() => {
    const element = box.current;
    if (!long || !element) return undefined;
    function measure() {
      const [first, second] = element.querySelectorAll("tbody tr[data-student]");
      const rowHeight = second ? second.getBoundingClientRect().top - first.getBoundingClientRect().top : 36;
      setView({ scrollTop: element.scrollTop, viewHeight: element.clientHeight, rowHeight });
    }
    measure();
    element.addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    return () => {
      element.removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, [long]);
  return long ? windowOf({ count, ...view }) : null;
}

// Its height is set through the object model: the page's policy forbids style attributes.
function Spacer({ height }) {
  const cell = useRef(null);
  useLayoutEffect(() => {
    cell.current.style.height = `${height}px`;
  }, [height]);
  return <tr class="spacer" aria-hidden="true"><td colSpan={COLUMNS} ref={cell} /></tr>;
}
