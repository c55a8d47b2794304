// Which part of a long list is rendered. Pure.

// Items `from` to `to` (exclusive), and the heights in px that stand for the rest above and below.
// `columns` items stand side by side in a line of `lineHeight` px.
export function windowOf({ count, columns = 1, lineHeight, scrollTop, viewHeight, overscan = 8 }) {
  const lines = Math.ceil(count / columns);
  const first = Math.max(0, Math.min(lines, Math.floor(scrollTop / lineHeight) - overscan));
  const last = Math.max(first, Math.min(lines, Math.ceil((scrollTop + viewHeight) / lineHeight) + overscan));
  return {
    from: Math.min(count, first * columns),
    to: Math.min(count, last * columns),
    above: first * lineHeight,
    below: (lines - last) * lineHeight,
  };
}
