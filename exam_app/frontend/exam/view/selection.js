// Converts between the browser's selection and offsets into the text of an element.

/** [start, end] of the selection inside `box`, or null. */
export function selectedRange(box) {
  const selection = document.getSelection();
  if (!box || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!box.contains(range.startContainer) || !box.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(box);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return [start, start + range.toString().length];
}

export function selectRange(box, [start, end]) {
  const from = nodeAt(box, start);
  const to = nodeAt(box, end, true);
  if (!from || !to) return;
  document.getSelection().setBaseAndExtent(from.node, from.offset, to.node, to.offset);
  from.node.parentElement.scrollIntoView({ block: "nearest" });
}

function nodeAt(box, offset, isEnd = false) {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  let left = offset;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { length } = node.data;
    if (left < length || (isEnd && left === length)) return { node, offset: left };
    left -= length;
  }
  return null;
}
