// @ts-check
/** Small words for the document. Nothing here takes HTML: text stays text. */

/**
 * Find the element that must be there.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function $(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`no ${selector}`);
  return /** @type {T} */ (found);
}

/**
 * Find all elements.
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement[]}
 */
export function $$(selector, root = document) {
  return /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);
}

/**
 * Make an element: functions become listeners, `data` its dataset, everything else an attribute.
 * @param {string} tag
 * @param {Record<string, any>} [traits]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(tag, traits = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child || child === 0).map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

/**
 * Draw one of the page's icons.
 * @param {string} name
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/**
 * Call a function once things have been quiet for a while.
 * @template {any[]} A
 * @param {number} wait milliseconds
 * @param {(...all: A) => void} act
 * @returns {(...all: A) => void}
 */
export function calm(wait, act) {
  let timer = 0;
  return (...all) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...all), wait);
  };
}

/**
 * Press the one button of a group whose `data-` value is the chosen one.
 * @param {string} group selector
 * @param {string} name of the data attribute
 * @param {string} chosen
 */
export function press(group, name, chosen) {
  for (const button of $$(`${group} button`)) button.setAttribute("aria-pressed", String(button.dataset[name] === chosen));
}

/**
 * Write a count as readers write it: 12,345.
 * @param {number} count
 */
export const number = (count) => figures.format(count);
const figures = new Intl.NumberFormat("en");

/**
 * Write a count with its noun: 1 page, 2 pages.
 * @param {number} count
 * @param {string} noun
 */
export const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
