import { chooseOption } from "../live/actions.js";

/** Radio buttons or checkboxes; the whole line is the target. */
export function ChoiceAnswer({ exam, view, disabled }) {
  const { question, response } = view;
  const several = question.questionType === "multiple_response";
  const chosen = response.selectedOptionIds ?? [];
  return (
    <fieldset class="options" disabled={disabled}>
      <legend class="question__text">{question.questionText}</legend>
      {several && <p class="question__hint">Choose all that apply.</p>}
      {question.options.map((option) => (
        <label key={option.optionId} class={`option ${chosen.includes(option.optionId) ? "option--chosen" : ""}`}>
          <input
            type={several ? "checkbox" : "radio"}
            name={`question-${question.questionId}`}
            value={option.optionId}
            checked={chosen.includes(option.optionId)}
            onChange={() => chooseOption(exam, question, option.optionId)}
          />
          <span class="option__text">{option.optionText}</span>
        </label>
      ))}
    </fieldset>
  );
}
