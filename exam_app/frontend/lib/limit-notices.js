// Every field with a `maxlength`, on every page: nothing is cut silently. The attribute alone would do just that, so it is
// taken over when the field is entered; without this script the browser goes on enforcing it.
import { fit, limitText } from "./limits.js";

const limits = new WeakMap(); // field -> {most, before, notice}

export function watchLimits(root = document) {
  root.addEventListener("focusin", ({ target }) => takeOver(target), true);
  root.addEventListener("beforeinput", ({ target }) => remember(target), true);
  // In the capture phase, so that the page's own handlers see the value that fits.
  root.addEventListener("input", (event) => !event.isComposing && check(event.target), true);
  root.addEventListener("compositionend", ({ target }) => check(target), true);
}

function takeOver(field) {
  const most = field.maxLength;
  if (!(most > 0)) return;
  field.removeAttribute("maxlength");
  limits.set(field, { most, before: field.value, notice: null });
}

function remember(field) {
  const limit = limits.get(field);
  if (limit) limit.before = field.value;
}

function check(field) {
  const limit = limits.get(field);
  if (!limit) return;
  const { text, missing, caret } = fit(limit.before, field.value, limit.most);
  if (missing) {
    field.value = text;
    field.setSelectionRange(caret, caret);
    if (missing.length > 1 || !limit.notice) show(field, limit, missing);
  } else if (text.length < limit.most) {
    limit.notice?.remove();
    limit.notice = null;
  }
  limit.before = text;
}

function show(field, limit, missing) {
  limit.notice ??= Object.assign(document.createElement("span"), { className: "limit-notice" });
  limit.notice.setAttribute("role", "alert");
  limit.notice.textContent = limitText(limit.most, missing);
  field.after(limit.notice);
}
