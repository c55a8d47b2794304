import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { directionOf, isolated } from "../../lib/direction.js";
import { addHighlight, removeHighlight } from "../live/highlights.js";
import { segments, sentenceFrom, rangesIn } from "../model/highlights.js";
import { selectedRange, selectRange } from "./selection.js";

const scrolls = new Map(); // scroll position by passage id, until the page is closed

/**
 * A passage beside its questions. Selected text can be highlighted; a click or Enter removes a highlight. Its segments
 * have the direction of the whole, so that nothing moves when a word in another script is highlighted.
 */
export function Passage({ exam, passage, highlights }) {
  const box = useRef(null);
  const selected = useSelected(box);
  useLayoutEffect(() => {
    box.current.scrollTop = scrolls.get(passage.passageId) ?? 0;
  }, [passage.passageId]);

  function highlight() {
    const range = selectedRange(box.current);
    if (!range) return;
    document.getSelection().removeAllRanges();
    addHighlight(exam, passage, range);
    box.current.focus({ preventScroll: true });
  }

  function onKeyDown(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== box.current) return;
    if (event.shiftKey && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      const direction = event.key === "ArrowRight" ? 1 : -1;
      const [start, end] = selectedRange(box.current) ?? [0, 0];
      const sentence = sentenceFrom(passage.text, direction > 0 ? end : start, direction);
      if (sentence) selectRange(box.current, sentence);
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
        dir={directionOf(passage.text)}
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={`${isolated(title)}, the text`}
        aria-describedby="passage-keys"
        onScroll={(event) => scrolls.set(passage.passageId, event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        {segments(passage.text, rangesIn(highlights, passage.passageId)).map((segment) => (segment.highlighted
          ? <Highlight key={`h${segment.start}`} text={segment.text} onRemove={() => removeHighlight(exam, passage, segment.start)} />
          : <span key={`t${segment.start}`} dir={undefined}>{segment.text}</span>))}
      </div>
      <p class="visually-hidden" id="passage-keys">Shift with the left or right arrow selects sentence by sentence, h highlights what is selected.</p>
    </section>
  );
}

function Highlight({ text, onRemove }) {
  return (
    <mark
      dir={undefined}
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
      {text}
    </mark>
  );
}

function useSelected(box) {
  const [selected, setSelected] = useState(false);
  useEffect(() => {
    const update = () => setSelected(Boolean(selectedRange(box.current)));
    document.addEventListener("selectionchange", update);
    return () => document.removeEventListener("selectionchange", update);
  }, [box]);
  return selected;
}
