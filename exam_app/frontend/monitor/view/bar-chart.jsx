import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Dialog } from "./dialog.jsx";

// A bar chart with a text for each bar, and the same data as a table. items: [{key, label, text, share (0 to 1), cells}].
export function BarChart({ title, note, columns, items }) {
  const [table, setTable] = useState(false);
  const bars = useMemo(() => items.map((item) => <Bar key={item.key} {...item} />), [items]);
  return (
    <section class="chart" aria-label={title}>
      <div class="chart__head">
        <h2 class="chart__title">{title}</h2>
        <span class="muted">{note}</span>
        <button type="button" class="button button--quiet button--small" aria-label={`Show as a table: ${title}`} onClick={() => setTable(true)}>Show as a table</button>
      </div>
      <ol class="chart__bars">{bars}</ol>
      {table && <ChartTable title={title} columns={columns} items={items} onClose={() => setTable(false)} />}
    </section>
  );
}

// The height is set through the DOM: the Content Security Policy forbids style attributes.
function Bar({ label, text, share }) {
  const fill = useRef(null);
  useLayoutEffect(() => {
    fill.current.style.height = `${Math.round(share * 100)}%`;
  }, [share]);
  return (
    <li class="chart__item" title={text}>
      <span class="chart__column" aria-hidden="true"><span class="chart__fill" ref={fill} /></span>
      <span class="chart__label" aria-hidden="true">{label}</span>
      <span class="visually-hidden">{text}</span>
    </li>
  );
}

function ChartTable({ title, columns, items, onClose }) {
  const [first, ...rest] = columns;
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="sheet__scroll" tabIndex={0} role="region" aria-label={title}>
        <table class="table">
          <thead><tr><th scope="col">{first}</th>{rest.map((name) => <th key={name} scope="col" class="number">{name}</th>)}</tr></thead>
          <tbody>
            {items.map(({ key, cells: [head, ...figures] }) => (
              <tr key={key}>
                <th scope="row">{head}</th>
                {figures.map((figure, index) => <td key={rest[index]} class="number">{figure}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="actions sheet__actions"><button type="button" class="button" onClick={onClose} autofocus>Close</button></div>
    </Dialog>
  );
}
