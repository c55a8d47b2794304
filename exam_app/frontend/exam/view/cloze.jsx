import { useEffect, useState } from "preact/hooks";
import { directionOf } from "../../lib/direction.js";
import { chooseNumber, fieldEntered, fieldLeft, fillGap } from "../live/actions.js";
import { clozeSegments, inGap } from "../model/responses.js";
import { gapsOf, numberResponse, unreadNumbers } from "../model/unread.js";
import { MAX_TYPED, Units } from "./fields.jsx";
import { NumberReading, unreadText } from "./number-reading.jsx";
import { useDraft } from "./use-draft.js";

/** A text with input fields. What is no number is saved as typed, as in a numerical question. */
export function ClozeAnswer({ exam, view, disabled }) {
  const { question, response } = view;
  const [entered, setEntered] = useState(null);
  const total = question.gaps.length;
  const shared = { exam, question, overruledBy: view.offer?.changeId, total, onEnter: setEntered };
  const unread = unreadNumbers(question, response);
  const typing = question.gaps.find((gap) => gap.gapId === entered && gap.gapType === "numerical");
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
      {typing && <NumberReading number={inGap(response, entered)?.number} />}
      <div aria-live="polite">
        {unread.map((one) => (
          <Unread key={one.gap.gapId} exam={exam} question={question} unread={one} unit={inGap(response, one.gap.gapId)?.unit} isTyping={one.gap === typing} disabled={disabled} />
        ))}
      </div>
    </fieldset>
  );
}

function Unread({ exam, question, unread, unit, isTyping, disabled }) {
  const { gap, gapNumber, meanings, unfinished } = unread;
  if (meanings) return <NumberReading unread={unread} disabled={disabled} onChoose={(meaning) => chooseNumber(exam, question, meaning, unit, gap.gapId)} />;
  return isTyping && unfinished ? null : <p class="field__error">Gap {gapNumber}: {unreadText(unread)}</p>;
}

function gapNumber(question, gap) {
  return gapsOf(question).indexOf(gap) + 1;
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
  const save = (value, chosen) => fillGap(exam, question, gap.gapId, isNumber ? numberResponse(value, chosen) : { text: value });
  const choose = (chosen) => {
    setUnit(chosen);
    if (inner?.number && draft === inner.number) fillGap(exam, question, gap.gapId, { number: draft, unit: chosen }); // not read anew
    else save(draft, chosen);
  };
  return (
    <>
      <input
        ref={field}
        class={`input cloze__gap ${isNumber ? "cloze__gap--number" : ""}`}
        type="text"
        aria-label={isNumber ? `${label}, a number` : label}
        value={draft}
        maxLength={MAX_TYPED}
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
