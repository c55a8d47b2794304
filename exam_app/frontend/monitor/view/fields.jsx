import { useState } from "preact/hooks";

// A labelled field with its hint and its problem; `children` gets what ties them to the input.
export function Field({ id, label, hint, problem, children }) {
  const described = [hint && `${id}-hint`, problem && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={problem ? "field field--error" : "field"}>
      <label class="field__label" for={id}>{label}</label>
      {hint && <p class="field__hint" id={`${id}-hint`}>{hint}</p>}
      {problem && <p class="field__error" id={`${id}-error`}>{problem}</p>}
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": problem ? "true" : undefined })}
    </div>
  );
}

// {form, set(name)(event)}: the values of a form by the names of its fields.
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
