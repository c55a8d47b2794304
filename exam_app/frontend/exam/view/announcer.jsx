/** One polite live region for the whole page. It exists from the start, as screen readers require. */
export function Announcer({ text, testid = "announcer" }) {
  return <div class="visually-hidden" role="status" aria-live="polite" data-testid={testid}>{text}</div>;
}
