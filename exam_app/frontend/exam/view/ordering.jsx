import { useLayoutEffect, useRef } from "preact/hooks";
import { isolated } from "../../lib/direction.js";
import { keepOrder, moveItem } from "../live/actions.js";
import { orderOf } from "../model/responses.js";
import { Icon } from "./icons.jsx";

const BY = { ArrowUp: -1, ArrowDown: 1 };

/** A list with two move buttons per item; arrow keys on a button move its item too. */
export function OrderingAnswer({ exam, view, disabled }) {
  const { question, response, answered } = view;
  const items = new Map(question.items.map((item) => [item.itemId, item]));
  const order = orderOf(question, response);
  const list = useRef(null);
  const moved = useRef(null);
  // A moved row loses the focus, and at an end of the list its button is disabled.
  useLayoutEffect(() => {
    if (!moved.current) return;
    const { itemId, by } = moved.current;
    moved.current = null;
    const row = list.current.querySelector(`[data-item-id="${itemId}"]`);
    (row.querySelector(`[data-by="${by}"]:not(:disabled)`) ?? row.querySelector("button:not(:disabled)"))?.focus();
  }, [order.join()]);
  const shift = (itemId, by) => {
    moved.current = { itemId, by };
    moveItem(exam, question, items.get(itemId), by);
  };
  return (
    <fieldset class="options" disabled={disabled}>
      <legend class="question__text">{question.questionText}</legend>
      <p class="question__hint">Put these into the correct order, the first one at the top.</p>
      <ol class="order" ref={list}>
        {order.map((itemId, index) => (
          <li
            key={itemId}
            class={`order__item ${answered ? "option--chosen" : ""}`}
            data-item-id={itemId}
            onKeyDown={(event) => {
              if (!BY[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
              event.preventDefault();
              shift(itemId, BY[event.key]);
            }}
          >
            <span class="order__place">{index + 1}</span>
            <span class="option__text">{items.get(itemId).itemText}</span>
            <span class="order__buttons">
              <Shift by={-1} item={items.get(itemId)} disabled={index === 0} onClick={shift} />
              <Shift by={1} item={items.get(itemId)} disabled={index === order.length - 1} onClick={shift} />
            </span>
          </li>
        ))}
      </ol>
      {!answered && !disabled && (
        <p class="order__keep">
          Not answered yet: move an item, or <button type="button" class="button button--quiet" onClick={() => keepOrder(exam, question)}>keep this order as my answer</button>
        </p>
      )}
    </fieldset>
  );
}

function Shift({ by, item, disabled, onClick }) {
  return (
    <button type="button" class="button button--secondary order__button" data-by={by} disabled={disabled} aria-label={`Move ${by < 0 ? "up" : "down"}: ${isolated(item.itemText)}`} onClick={() => onClick(item.itemId, by)}>
      <Icon name={by < 0 ? "up" : "down"} />
    </button>
  );
}
