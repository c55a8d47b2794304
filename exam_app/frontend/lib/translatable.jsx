// Keeps pages right that the browser has translated. Import it before anything is rendered.
//
// A browser's translation replaces each text node by an element of its own. Preact would go on changing the text node
// that it once created and nobody sees any more: the timer stands still, an error never goes. So Preact gets no text
// nodes to change: a text becomes the `textContent` of the element around it, or of a <span> where it has siblings, and
// setting that replaces whatever the translation has put there. A text that does not change stays translated.
//
// The same place gives each element that has one text, and each text field, the direction of its own content: what
// people write is Arabic or Hebrew as often as not. A text beside other elements has the direction of the page; a name
// in a sentence needs a <bdi>. Whoever sets `dir`, if only to undefined, decides alone.
import { Fragment, options } from "preact";
import { directionOf } from "./direction.js";

const isText = (child) => typeof child === "string" || typeof child === "number";
const isEmpty = (child) => child === null || child === undefined || typeof child === "boolean" || child === "";

/** The children with each run of text as one text: `Question `, 3 and ` of `, 5 are one sentence to a translator. */
function joined(children) {
  const result = [];
  for (const child of children) {
    const last = result.length - 1;
    if (isText(child) && isText(result[last])) result[last] = `${result[last]}${child}`;
    else if (!isEmpty(child)) result.push(isText(child) ? String(child) : child);
    else result.push(null); // keeps the position of what follows
  }
  return result;
}

/** Changes a vnode that was just created, so that none of its children is a text. */
export function withoutTextNodes(vnode) {
  const { type, props } = vnode;
  if (isTextField(vnode) && !("dir" in props)) vnode.props = { ...props, dir: isForNumbers(props) ? "ltr" : "auto" };
  if ((typeof type !== "string" && type !== Fragment) || props.dangerouslySetInnerHTML) return;
  const { children } = props;
  if (children === undefined) return;
  const list = joined(Array.isArray(children) ? children : [children]);
  if (!list.some(isText)) {
    vnode.props = { ...props, children: list }; // an empty text is a text node, too
    return;
  }
  const shown = list.filter((child) => child !== null);
  if (typeof type === "string" && shown.length === 1) {
    vnode.props = { dir: directionOf(shown[0]), ...props, children: undefined, textContent: shown[0] };
    return;
  }
  vnode.props = { ...props, children: list.map((child) => (isText(child) ? textRun(child) : child)) };
}

function isTextField({ type, props }) {
  return type === "textarea" || (type === "input" && ["text", "search"].includes(props.type));
}

/** Numbers are written from the left in every script. */
function isForNumbers(props) {
  return ["decimal", "numeric"].includes(props.inputMode ?? props.inputmode);
}

/** Has no children, so it does not come back here. */
function textRun(text) {
  return <span textContent={text} />;
}

/** A text that came past `withoutTextNodes`, such as a component that returns one, would freeze: say so at once. */
function refuseTextNode(vnode) {
  if (vnode.type === null) {
    console.error(`A text outside of any element: “${vnode.props}”. Put it into an element, or a translated page would not follow it.`);
  }
}

const { vnode: before, diffed: after } = options;
options.vnode = (vnode) => {
  withoutTextNodes(vnode);
  before?.(vnode);
};
options.diffed = (vnode) => {
  refuseTextNode(vnode);
  after?.(vnode);
};
