import { useState } from "preact/hooks";

// A labelled field with its hint and its error; `children` gets the props that connect the input with them.
export function Field({ id, label, hint, error, children }) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={error ? "field field--error" : "field"}>
      <label class="field__label" for={id}>{label}</label>
      {hint && <p class="field__hint" id={`${id}-hint`}>{hint}</p>}
      {error && <p class="field__error" id={`${id}-error`}>{error}</p>}
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? "true" : undefined })}
    </div>
  );
}

// [form, set]: the values of a form by field name, and set(name), the change handler of a field.
export function useForm(initial) {
  const [form, setForm] = useState(initial);
  const set = (name) => ({ currentTarget: input }) =>
    setForm((before) => ({ ...before, [name]: input.type === "checkbox" ? input.checked : input.value }));
  return [form, set];
}

export function Check({ checked, onChange, children }) {
  return (
    <label class="radio">
      <input type="checkbox" checked={checked} onChange={onChange} />
      <span>{children}</span>
    </label>
  );
}
