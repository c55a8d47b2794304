/** That the time is up is told where the answer would be changed. */
export function TimeIsUp() {
  return (
    <div class="notice notice--warn" data-testid="locked">
      <p><strong>Time is up.</strong> Your answers are being handed in. You do not have to do anything.</p>
    </div>
  );
}
