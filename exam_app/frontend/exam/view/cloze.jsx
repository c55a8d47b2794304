import { useEffect, useState } from "preact/hooks";
import { directionOf } from "../../lib/direction.js";
import { fieldEntered, fieldLeft, fillGap } from "../live/actions.js";
import { checkNumber } from "../model/numbers.js";
import { clozeSegments, inGap } from "../model/responses.js";
import { Units } from "./fields.jsx";
import { useDraft } from "./use-draft.js";

const MAX_GAP = 500;

/** A text with input fields. An invalid number in a gap is saved too, so that it does not block the other gaps. */
export function ClozeAnswer({ exam, view, disabled }) {
  const { question, response } = view;
  const [entered, setEntered] = useState(null);
  const total = question.gaps.length;
  const shared = { exam, question, overruledBy: view.offer?.changeId, total, onEnter: setEntered };
  const invalid = question.gaps.filter((gap) => gap.gapType === "numerical" && gap.gapId !== entered && !numberIn(response, gap).ok);
  return (
    <fieldset class="options" disabled={disabled}>
      <legend class="visually-hidden">Fill the gaps in the text</legend>
      <div class="question__text cloze" dir={directionOf(question.questionText)}>
        {clozeSegments(question).map(({ text, gap }) => {
          if (!gap) return text;
          const Gap = gap.gapType === "multiple_choice" ? ChosenGap : TypedGap;
          return <Gap key={gap.gapId} gap={gap} inner={inGap(response, gap.gapId)} {...shared} />;
        })}
      </div>
      <div aria-live="polite">
        {invalid.map((gap) => <p key={gap.gapId} class="field__error">Gap {gapNumber(question, gap)}: {numberIn(response, gap).message}</p>)}
      </div>
    </fieldset>
  );
}

function numberIn(response, gap) {
  const inner = inGap(response, gap.gapId);
  return checkNumber(inner?.number ?? inner?.text ?? "");
}

function gapNumber(question, gap) {
  return clozeSegments(question).filter((segment) => segment.gap).findIndex((segment) => segment.gap === gap) + 1;
}

function ChosenGap({ exam, question, gap, inner, total }) {
  const chosen = inner?.selectedOptionIds[0] ?? "";
  return (
    <select
      class={`select cloze__gap ${chosen ? "select--chosen" : ""}`}
      aria-label={`Gap ${gapNumber(question, gap)} of ${total}`}
      value={chosen}
      onChange={({ currentTarget }) => fillGap(exam, question, gap.gapId, { selectedOptionIds: currentTarget.value ? [Number(currentTarget.value)] : [] })}
    >
      <option value="">Choose…</option>
      {gap.options.map(({ optionId, optionText }) => <option key={optionId} value={optionId}>{optionText}</option>)}
    </select>
  );
}

function TypedGap({ exam, question, gap, inner, total, overruledBy, onEnter }) {
  const isNumber = gap.gapType === "numerical";
  const { field, draft, setDraft, reset } = useDraft(inner?.number ?? inner?.text ?? "", overruledBy);
  // A gap with a unit but no number is not in the response, so only the page knows the unit.
  const [unit, setUnit] = useState(inner?.unit);
  useEffect(() => {
    if (inner?.unit) setUnit(inner.unit);
  }, [inner?.unit]);
  const label = `Gap ${gapNumber(question, gap)} of ${total}`;
  const save = (value, chosen) => fillGap(exam, question, gap.gapId, isNumber ? { number: value, unit: chosen } : { text: value });
  const choose = (chosen) => {
    setUnit(chosen);
    save(draft, chosen);
  };
  return (
    <>
      <input
        ref={field}
        class={`input cloze__gap ${isNumber ? "cloze__gap--number" : ""}`}
        type="text"
        inputmode={isNumber ? "decimal" : undefined}
        aria-label={isNumber ? `${label}, a number` : label}
        value={draft}
        maxLength={MAX_GAP}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={({ currentTarget: { value } }) => {
          setDraft(value);
          save(value, unit);
        }}
        onFocus={() => {
          onEnter(gap.gapId);
          fieldEntered(exam, question.questionId);
        }}
        onBlur={() => {
          onEnter(null);
          reset();
          fieldLeft(exam);
        }}
      />
      {gap.units && <Units units={gap.units} unit={unit} label={`${label}, unit`} onChoose={choose} />}
    </>
  );
}
