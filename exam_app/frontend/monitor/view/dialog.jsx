import { useId, useLayoutEffect, useRef } from "preact/hooks";

// A modal <dialog>: the browser traps the focus and handles Escape. Closing returns the focus to the element that had
// it, or to the page when that element no longer exists.
export function Dialog({ title, onClose, css = "", head = null, children }) {
  const titleId = useId();
  const box = useRef(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current.showModal();
    return () => {
      box.current?.close();
      const back = before?.isConnected ? before : document.getElementById("main");
      back?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      class={`sheet ${css}`}
      ref={box}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="sheet__head">
        <h2 id={titleId} class="sheet__title">{title}</h2>
        {head}
      </div>
      {children}
    </dialog>
  );
}

// After a timeout the outcome is unknown: `afterTimeout` says where the proctor can see it.
export function ErrorSummary({ error, title, afterTimeout }) {
  if (!error) return null;
  const isTimeout = error.code === "timeout" && afterTimeout;
  return (
    <div class="error-summary" role="alert">
      <h3 class="error-summary__title">{isTimeout ? "The outcome is unknown" : title}</h3>
      <p>{error.message}{isTimeout && ` ${afterTimeout}`}</p>
    </div>
  );
}
