import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { addHighlight, removeHighlight } from "../live/highlights.js";
import { pieces, sentenceFrom, stretchesIn } from "../model/highlights.js";
import { selectedStretch, selectStretch } from "./selection.js";

const scrolls = new Map(); // where each passage was left, for as long as the page lives

/** A text to read, beside its questions. Marked by selecting; the marks are removed by a click or Enter. */
export function Passage({ exam, passage, marks }) {
  const box = useRef(null);
  const selected = useSelected(box);
  useLayoutEffect(() => {
    box.current.scrollTop = scrolls.get(passage.passageId) ?? 0;
  }, [passage.passageId]);

  function highlight() {
    const stretch = selectedStretch(box.current);
    if (!stretch) return;
    document.getSelection().removeAllRanges();
    addHighlight(exam, passage, stretch);
    box.current.focus({ preventScroll: true });
  }

  function onKeyDown(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== box.current) return;
    if (event.shiftKey && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      const direction = event.key === "ArrowRight" ? 1 : -1;
      const [start, end] = selectedStretch(box.current) ?? [0, 0];
      const sentence = sentenceFrom(passage.text, direction > 0 ? end : start, direction);
      if (sentence) selectStretch(box.current, sentence);
      event.preventDefault();
    } else if (event.key === "h" || event.key === "H") {
      highlight();
      event.preventDefault();
    }
  }

  const title = passage.title || "Text";
  return (
    <section class="passage" aria-label={title}>
      <div class="passage__head">
        {passage.title && <h3 class="passage__title">{passage.title}</h3>}
        <button type="button" class="button button--quiet" disabled={!selected} onMouseDown={(event) => event.preventDefault()} onClick={highlight}>
          Highlight
        </button>
      </div>
      <div
        class="passage__text"
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={`${title}, the text`}
        aria-describedby="passage-keys"
        onScroll={(event) => scrolls.set(passage.passageId, event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        {pieces(passage.text, stretchesIn(marks, passage.passageId)).map((piece) => (piece.marked
          ? <Mark key={`m${piece.start}`} piece={piece} onRemove={() => removeHighlight(exam, passage, piece.start)} />
          : <span key={`t${piece.start}`}>{piece.text}</span>))}
      </div>
      <p class="visually-hidden" id="passage-keys">Shift with the left or right arrow selects sentence by sentence, h highlights what is selected.</p>
    </section>
  );
}

function Mark({ piece, onRemove }) {
  return (
    <mark
      role="button"
      tabIndex={0}
      title="Press to remove the highlight"
      onClick={() => document.getSelection().isCollapsed && onRemove()}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " " && event.key !== "Delete") return;
        event.preventDefault();
        onRemove();
      }}
    >
      {piece.text}
    </mark>
  );
}

function useSelected(box) {
  const [selected, setSelected] = useState(false);
  useEffect(() => {
    const look = () => setSelected(Boolean(selectedStretch(box.current)));
    document.addEventListener("selectionchange", look);
    return () => document.removeEventListener("selectionchange", look);
  }, [box]);
  return selected;
}
