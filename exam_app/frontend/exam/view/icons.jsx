// Icons always stand beside text, so they are hidden from screen readers.
const PATHS = {
  saved: "M6.5 12.2 2.8 8.5l1.2-1.2 2.5 2.5 5.5-5.5 1.2 1.2z",
  saving: "M8 2a6 6 0 1 1-5.2 3l1.4.8A4.4 4.4 0 1 0 8 3.6z",
  offline: "M2 2.9 3 2l11 11-1 1-3-3H4.5A3.2 3.2 0 0 1 4 4.9zM6.3 4A4 4 0 0 1 12 7a2.2 2.2 0 0 1 1.5 3.6z",
  alert: "M8 1.5 15 14H1zM7.2 6v4h1.6V6zm0 5v1.6h1.6V11z",
  pause: "M4 3h3v10H4zm5 0h3v10H9z",
  flag: "M3 2h1.6v.8H13l-2 3 2 3H4.6V14H3z",
  flagOutline: "M3 2h1.6v.8H13l-2 3 2 3H4.6V14H3zm1.6 2.3v3h5.6l-1-1.5 1-1.5z",
  left: "M10.5 2.5 11.6 3.6 7.2 8l4.4 4.4-1.1 1.1L5 8z",
  right: "M5.5 2.5 4.4 3.6 8.8 8l-4.4 4.4 1.1 1.1L11 8z",
  up: "M8 4.4 13.5 9.9 12.4 11 8 6.6 3.6 11 2.5 9.9z",
  down: "M8 11.6 2.5 6.1 3.6 5 8 9.4 12.4 5 13.5 6.1z",
  clock: "M8 1.5A6.5 6.5 0 1 1 1.5 8 6.5 6.5 0 0 1 8 1.5zm0 1.6A4.9 4.9 0 1 0 12.9 8 4.9 4.9 0 0 0 8 3.1zm.8 1.4v3.2l2.2 2.2-1.1 1.1-2.7-2.7V4.5z",
  close: "M3.9 2.8 8 6.9l4.1-4.1 1.1 1.1L9.1 8l4.1 4.1-1.1 1.1L8 9.1l-4.1 4.1-1.1-1.1L6.9 8 2.8 3.9z",
};

export function Icon({ name }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path fill-rule="evenodd" d={PATHS[name]} />
    </svg>
  );
}
