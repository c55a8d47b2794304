// "received by 28 of 30 · read by 25".
export function MessageReceipts({ message: { received, confirmed, recipients } }) {
  const all = recipients > 0 && received === recipients;
  return (
    <span class={all ? "receipts receipts--all" : "receipts"}>
      received by {received} of {recipients} · read by {confirmed}
    </span>
  );
}
