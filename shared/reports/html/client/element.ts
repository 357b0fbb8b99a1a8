/** Builds elements. Texts become text nodes: nothing of a key is ever read as HTML. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElement => {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
};

/** Somebody else's text, in its own direction, at most so long. */
export const told = (text: string, length = 80): HTMLElement =>
  element('bdi', {}, text.length > length ? `${text.slice(0, length)}…` : text);
