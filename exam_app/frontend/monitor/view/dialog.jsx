import { useId, useLayoutEffect, useRef } from "preact/hooks";

// A modal <dialog>: the browser keeps the focus within and closes it on Escape; closing gives the focus back,
// or to the page when what had it is gone.
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

// Without an answer it may have been done, or not: `unsure` says where that is seen.
export function Problem({ error, title, unsure }) {
  if (!error) return null;
  const isUnsure = error.code === "timeout" && unsure;
  return (
    <div class="error-summary" role="alert">
      <h3 class="error-summary__title">{isUnsure ? "Not sure whether it was done" : title}</h3>
      <p>{error.message}{isUnsure && ` ${unsure}`}</p>
    </div>
  );
}
