import { useRef, useState } from "preact/hooks";

// Tabs with one visible panel; arrow keys move between the tabs. tabs: [{id, title, count, body}].
export function SidePanel({ tabs }) {
  const [chosen, setChosen] = useState(tabs[0].id);
  const list = useRef(null);
  const shown = tabs.find(({ id }) => id === chosen);

  function onKeyDown(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(shown) + step + tabs.length) % tabs.length];
    setChosen(next.id);
    list.current.querySelector(`#tab-${next.id}`).focus();
  }

  return (
    <section class="side" aria-label="Activity">
      <div class="tabs" role="tablist" ref={list} onKeyDown={onKeyDown}>
        {tabs.map(({ id, title, count }) => (
          <button
            key={id}
            type="button"
            class="tabs__tab"
            role="tab"
            id={`tab-${id}`}
            aria-controls="side-panel"
            aria-selected={id === chosen ? "true" : "false"}
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => setChosen(id)}
          >
            {title}{count > 0 && <span class="badge tabs__count">{count}</span>}
          </button>
        ))}
      </div>
      <div class="side__panel" role="tabpanel" id="side-panel" aria-labelledby={`tab-${chosen}`}>{shown.body}</div>
    </section>
  );
}
