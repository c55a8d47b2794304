// Each status has a shape of its own, always beside a text.
const SHAPES = {
  offline: <path d="M3 3l10 10M13 3L3 13" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" />,
  not_saving: (
    <>
      <path d="M1 1h14v14H1z" fill="currentColor" />
      <path class="mark__sign" d="M8 4v5M8 11.6v.4" fill="none" stroke-width="2.2" stroke-linecap="round" />
    </>
  ),
  away: (
    <>
      <path d="M8 .8L15.6 15H.4z" fill="currentColor" />
      <path class="mark__sign" d="M8 6v4M8 12.4v.2" fill="none" stroke-width="2" stroke-linecap="round" />
    </>
  ),
  help: (
    <>
      <path d="M1 1.5h14v9.6H8.2L4 15v-3.9H1z" fill="currentColor" />
      <path class="mark__sign" d="M8 3.4v3.4M8 8.7v.3" fill="none" stroke-width="2" stroke-linecap="round" />
    </>
  ),
  alert: <path d="M3 15V1.5h9.6L10.2 5l2.4 3.6H4.6V15z" fill="currentColor" />,
  paused: <path d="M4 2.5h2.8v11H4zM9.2 2.5H12v11H9.2z" fill="currentColor" />,
  done: <path d="M2.5 8.5l3.6 3.7 7.4-8.4" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round" />,
  working: <circle cx="8" cy="8" r="3.2" fill="currentColor" />,
  absent: <circle cx="8" cy="8" r="3.6" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="2 2" />,
};

export function StatusIcon({ kind }) {
  return (
    <svg class={`mark mark--${kind}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {SHAPES[kind]}
    </svg>
  );
}
