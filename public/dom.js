const SVG = 'http://www.w3.org/2000/svg';

/** An HTML element; `content` is text or nodes, and text is only ever text. */
export function html(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** An SVG element with attributes. */
export function svg(tag, attributes, ...content) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...content);
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Four decimals, as everywhere. */
export const score = (value) => value.toFixed(4);

/** The filled part of a bar: the score, clamped to [0, 1]. */
export const fraction = (value) => Math.min(1, Math.max(0, value));
