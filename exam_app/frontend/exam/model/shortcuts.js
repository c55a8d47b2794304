// Keyboard shortcuts: the command of a key. Never while typing, and never with Ctrl, Alt or Meta. Pure.

/**
 * `context`: "typing" (a text field), "choice" (a radio button or checkbox), "control" (button, link) or "page".
 * `repeat`: the key is held down, which must not go through all questions.
 */
export function commandForKey({ key, ctrlKey, altKey, metaKey, isComposing, repeat }, context) {
  if (repeat || ctrlKey || altKey || metaKey || isComposing || context === "typing") return null;
  if (/^[1-9]$/.test(key)) return { name: "choose", position: Number(key) };
  switch (key) {
    // Also in a radio group, where the browser would use left and right to change the answer unnoticed.
    case "ArrowRight": return { name: "next" };
    case "ArrowLeft": return { name: "previous" };
    case "n": case "N": return { name: "next" };
    case "p": case "P": return { name: "previous" };
    case "f": case "F": return { name: "flag" };
    case "t": case "T": return { name: "time" };
    case "?": return { name: "help" };
    default: return null;
  }
}

const TYPING = new Set(["text", "search", "email", "password", "tel", "url", "number", "date", "time"]);

export function contextOf(element) {
  if (!element?.tagName) return "page";
  const tag = element.tagName.toLowerCase();
  if (tag === "textarea" || tag === "select" || element.isContentEditable) return "typing";
  if (tag === "input") return TYPING.has(element.type) ? "typing" : "choice";
  return tag === "button" || tag === "a" || tag === "summary" ? "control" : "page";
}
