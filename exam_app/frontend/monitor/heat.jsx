import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { plural } from "../lib/format.js";
import { Dialog } from "./dialog.jsx";

// How many have answered each question: as bars, as words for each bar, and as a table.
export function HeatStrip({ questions, attempts }) {
  const [table, setTable] = useState(false);
  const bars = useMemo(
    () => questions.map((question) => <Bar key={question.questionId} question={question} attempts={attempts} count={questions.length} />),
    [questions, attempts],
  );
  if (!questions.length || !attempts) return null;
  return (
    <section class="heat" aria-labelledby="heat-title">
      <div class="heat__head">
        <h2 id="heat-title" class="heat__title">Answered, question by question</h2>
        <span class="muted">of {plural(attempts, "student")} who started</span>
        <button type="button" class="button button--quiet button--small" onClick={() => setTable(true)}>Show as a table</button>
      </div>
      <ol class="heat__bars">{bars}</ol>
      {table && <HeatTable questions={questions} attempts={attempts} onClose={() => setTable(false)} />}
    </section>
  );
}

function Bar({ question, attempts, count }) {
  const fill = useRef(null);
  const share = Math.min(1, question.answered / attempts);
  useLayoutEffect(() => {
    fill.current.style.height = `${Math.round(share * 100)}%`;
  }, [share]);
  const words = `Question ${question.orderIndex}: ${question.answered} of ${attempts} answered`;
  const labelled = count <= 20 || question.orderIndex === 1 || question.orderIndex % 5 === 0;
  return (
    <li class="heat__item" title={words}>
      <span class="heat__column" aria-hidden="true"><span class={`heat__fill heat__fill--${Math.ceil(share * 4)}`} ref={fill} /></span>
      <span class="heat__label" aria-hidden="true">{labelled ? question.orderIndex : ""}</span>
      <span class="visually-hidden">{words}</span>
    </li>
  );
}

function HeatTable({ questions, attempts, onClose }) {
  return (
    <Dialog title="Answered, question by question" onClose={onClose}>
      <div class="sheet__scroll" tabIndex={0} role="region" aria-labelledby="dialog-title">
        <table class="table">
          <thead><tr><th scope="col">Question</th><th scope="col" class="number">Answered</th><th scope="col" class="number">Share</th></tr></thead>
          <tbody>
            {questions.map((question) => (
              <tr key={question.questionId}>
                <th scope="row">Question {question.orderIndex}</th>
                <td class="number">{question.answered} of {attempts}</td>
                <td class="number">{Math.round((100 * question.answered) / attempts)} %</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="actions sheet__actions"><button type="button" class="button" onClick={onClose} autofocus>Close</button></div>
    </Dialog>
  );
}
