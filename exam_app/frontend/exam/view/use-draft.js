import { useEffect, useRef, useState } from "preact/hooks";

/** What is typed belongs to the typist: news from elsewhere come in when the field is left, or when they won. */
export function useDraft(saved, overruledBy) {
  const field = useRef(null);
  const [draft, setDraft] = useState(saved);
  useEffect(() => {
    if (document.activeElement !== field.current) setDraft(saved);
  }, [saved]);
  useEffect(() => {
    if (overruledBy) setDraft(saved);
  }, [overruledBy]);
  return { field, draft, setDraft, settle: () => setDraft(saved) };
}
