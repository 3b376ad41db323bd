/** Building and finding elements without inline markup: everything typed stays text. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined>;

/**
 * An element with attributes and children. `true` sets an empty attribute; null, undefined and
 * false leave it out. Text children become text nodes, so nothing that people typed is ever HTML.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  append(made, children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** As `el`, for SVG. */
export function svg(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const made = document.createElementNS(SVG, tag);
  setAttributes(made, attributes);
  append(made, children);
  return made;
}

function setAttributes(made: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(made: Element, children: Child[]): void {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) made.append(child);
  }
}

/** The element for `selector`; an error names what the template lacks. */
export function need<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`The page has no ${selector}`);
  return found;
}

/** A data attribute that may be missing. */
export function data(element: HTMLElement, name: string, otherwise = ""): string {
  return element.dataset[name] ?? otherwise;
}

/** Says something to screen readers; the same words twice are said twice. */
export function say(region: Element, words: string): void {
  region.textContent = "";
  // A live region is read when it changes: an equal text would be no change.
  window.setTimeout(() => (region.textContent = words), 50);
}

/** Says in a map's place that there is none, and what works without it. */
export function noMap(container: Element, instead: string): void {
  container.replaceChildren(el("p", { class: "map-frame__note" }, `This browser cannot draw the map. ${instead}`));
}
