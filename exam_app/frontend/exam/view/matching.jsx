import { matchStem } from "../live/actions.js";

/** A select beside each stem works by keyboard, touch and screen reader alike. */
export function MatchingAnswer({ exam, view, disabled }) {
  const { question, response } = view;
  const chosen = new Map(response.pairs.map((pair) => [pair.stemId, pair.choiceId]));
  return (
    <fieldset class="options" disabled={disabled}>
      <legend class="question__text">{question.questionText}</legend>
      <p class="question__hint">Choose the match for each item. A choice may be used more than once, or not at all.</p>
      {question.stems.map(({ stemId, stemText }) => (
        <div key={stemId} class="pair">
          <label class="pair__stem" for={`stem-${question.questionId}-${stemId}`}>{stemText}</label>
          <select
            id={`stem-${question.questionId}-${stemId}`}
            class={`select ${chosen.has(stemId) ? "select--chosen" : ""}`}
            value={chosen.get(stemId) ?? ""}
            onChange={({ currentTarget }) => matchStem(exam, question, stemId, currentTarget.value ? Number(currentTarget.value) : null)}
          >
            <option value="">Choose…</option>
            {question.choices.map(({ choiceId, choiceText }) => <option key={choiceId} value={choiceId}>{choiceText}</option>)}
          </select>
        </div>
      ))}
    </fieldset>
  );
}
