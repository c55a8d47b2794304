import { useEffect, useRef, useState } from "preact/hooks";

/** Text being typed is not overwritten: a saved value replaces it when the field loses the focus, or when it won a conflict. */
export function useDraft(saved, overruledBy) {
  const field = useRef(null);
  const [draft, setDraft] = useState(saved);
  useEffect(() => {
    if (document.activeElement !== field.current) setDraft(saved);
  }, [saved]);
  useEffect(() => {
    if (overruledBy) setDraft(saved);
  }, [overruledBy]);
  return { field, draft, setDraft, reset: () => setDraft(saved) };
}
