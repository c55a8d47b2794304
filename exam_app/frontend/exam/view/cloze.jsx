import { useEffect, useState } from "preact/hooks";
import { fieldEntered, fieldLeft, fillGap } from "../live/actions.js";
import { checkNumber } from "../model/numbers.js";
import { clozePieces, inGap } from "../model/responses.js";
import { Units } from "./fields.jsx";
import { useDraft } from "./use-draft.js";

const MAX_GAP = 500;

/** A text with fields in it. A gap that is no number is saved all the same: it must not hold back the others. */
export function ClozeAnswer({ exam, view, disabled }) {
  const { question, response } = view;
  const [entered, setEntered] = useState(null);
  const total = question.gaps.length;
  const shared = { exam, question, overruledBy: view.offer?.changeId, total, onEnter: setEntered };
  const wrong = question.gaps.filter((gap) => gap.gapType === "numerical" && gap.gapId !== entered && !numberIn(response, gap).ok);
  return (
    <fieldset class="options" disabled={disabled}>
      <legend class="visually-hidden">Fill the gaps in the text</legend>
      <div class="question__text cloze">
        {clozePieces(question).map(({ text, gap }) => {
          if (!gap) return text;
          const Gap = gap.gapType === "multiple_choice" ? ChosenGap : TypedGap;
          return <Gap key={gap.gapId} gap={gap} inner={inGap(response, gap.gapId)} {...shared} />;
        })}
      </div>
      <div aria-live="polite">
        {wrong.map((gap) => <p key={gap.gapId} class="field__error">Gap {placeOf(question, gap)}: {numberIn(response, gap).message}</p>)}
      </div>
    </fieldset>
  );
}

function numberIn(response, gap) {
  const inner = inGap(response, gap.gapId);
  return checkNumber(inner?.number ?? inner?.text ?? "");
}

function placeOf(question, gap) {
  return clozePieces(question).filter((piece) => piece.gap).findIndex((piece) => piece.gap === gap) + 1;
}

function ChosenGap({ exam, question, gap, inner, total }) {
  const chosen = inner?.selectedOptionIds[0] ?? "";
  return (
    <select
      class={`select cloze__gap ${chosen ? "select--chosen" : ""}`}
      aria-label={`Gap ${placeOf(question, gap)} of ${total}`}
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
  const { field, draft, setDraft, settle } = useDraft(inner?.number ?? inner?.text ?? "", overruledBy);
  // A gap with a unit and no number is empty and not in the response: the page alone remembers the unit.
  const [unit, setUnit] = useState(inner?.unit);
  useEffect(() => {
    if (inner?.unit) setUnit(inner.unit);
  }, [inner?.unit]);
  const place = `Gap ${placeOf(question, gap)} of ${total}`;
  const keep = (value, chosen) => fillGap(exam, question, gap.gapId, isNumber ? { number: value, unit: chosen } : { text: value });
  const choose = (chosen) => {
    setUnit(chosen);
    keep(draft, chosen);
  };
  return (
    <>
      <input
        ref={field}
        class={`input cloze__gap ${isNumber ? "cloze__gap--number" : ""}`}
        type="text"
        inputmode={isNumber ? "decimal" : undefined}
        aria-label={isNumber ? `${place}, a number` : place}
        value={draft}
        maxLength={MAX_GAP}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={({ currentTarget: { value } }) => {
          setDraft(value);
          keep(value, unit);
        }}
        onFocus={() => {
          onEnter(gap.gapId);
          fieldEntered(exam, question.questionId);
        }}
        onBlur={() => {
          onEnter(null);
          settle();
          fieldLeft(exam);
        }}
      />
      {gap.units && <Units units={gap.units} unit={unit} label={`${place}, unit`} onChoose={choose} />}
    </>
  );
}
