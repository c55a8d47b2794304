import { useLayoutEffect, useRef } from "preact/hooks";

const scrolls = new Map(); // where each passage was left, for as long as the page lives

/** A text to read, beside its questions; it can be scrolled by keyboard and stays where it was. */
export function Passage({ passage }) {
  const box = useRef(null);
  useLayoutEffect(() => {
    box.current.scrollTop = scrolls.get(passage.passageId) ?? 0;
  }, [passage.passageId]);
  return (
    <section class="passage" aria-label={passage.title || "Text"}>
      {passage.title && <h3 class="passage__title">{passage.title}</h3>}
      <div
        class="passage__text"
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={`${passage.title || "Text"}, can be scrolled`}
        onScroll={(event) => scrolls.set(passage.passageId, event.currentTarget.scrollTop)}
      >
        {passage.text.split(/\n\s*\n/).map((paragraph, n) => <p key={n}>{paragraph}</p>)}
      </div>
    </section>
  );
}
