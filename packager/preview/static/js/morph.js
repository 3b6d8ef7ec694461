// @ts-check
/**
 * Change a chapter in place: what stays the same is not touched, so that selections, images and the place stay.
 *
 * An edit changes little: blocks that are alike at both ends are passed over first, in a fraction of the time that
 * Idiomorph takes to match all of a long chapter. What is left between is its work.
 */

import { Idiomorph } from "../vendor/idiomorph.esm.js";

/**
 * Make an element like another one.
 * @param {Element} old
 * @param {Element} fresh of another document
 */
export function morph(old, fresh) {
  adopt(old, fresh);
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && alike(before[head], after[head])) head++;
  let tail = 0;
  while (tail < most - head && alike(/** @type {Node} */ (before.at(-1 - tail)), /** @type {Node} */ (after.at(-1 - tail)))) tail++;
  between(old, before.slice(head, before.length - tail), after.slice(head, after.length - tail), before[before.length - tail] ?? null);
}

/** @param {Element} parent @param {ChildNode[]} before @param {ChildNode[]} after @param {Node | null} end */
function between(parent, before, after, end) {
  before.forEach((node, n) => {
    const fresh = after[n];
    if (!fresh) node.remove();
    else if (node instanceof view(node).Element && fresh.nodeName === node.nodeName) pair(node, /** @type {Element} */ (fresh));
    else if (!alike(node, fresh)) node.replaceWith(parent.ownerDocument.importNode(fresh, true));
  });
  for (const fresh of after.slice(before.length)) parent.insertBefore(parent.ownerDocument.importNode(fresh, true), end);
}

/** @param {Element} old @param {Element} fresh */
function pair(old, fresh) {
  if (old.querySelector("[data-line]") && fresh.querySelector("[data-line]")) morph(old, fresh);
  else Idiomorph.morph(old, fresh, { morphStyle: "outerHTML", callbacks: CALLBACKS });
}

/** Idiomorph sets attributes by their names alone: those of a namespace are ours, lest `epub:type` is none any more. */
const CALLBACKS = {
  beforeAttributeUpdated: (/** @type {string} */ name) => !name.includes(":"),
  afterNodeMorphed: (/** @type {Node} */ old, /** @type {Node} */ fresh) => {
    if (old instanceof view(old).Element) adopt(old, /** @type {Element} */ (fresh), (name) => name.includes(":"));
  },
};

/**
 * Say whether nodes are the same but for the lines of the source that they come from, and take those over.
 * @param {Node} old
 * @param {Node} fresh
 */
function alike(old, fresh) {
  if (old.nodeName !== fresh.nodeName || old.textContent !== fresh.textContent) return false;
  if (old.isEqualNode(fresh)) return true;
  if (!(old instanceof view(old).Element)) return false;
  const stamped = lines(old);
  const wanted = lines(/** @type {Element} */ (fresh));
  if (stamped.length !== wanted.length) return false;
  stamped.forEach((each, n) => each.setAttribute("data-line", wanted[n].getAttribute("data-line") ?? ""));
  return old.isEqualNode(fresh);
}

/** @param {Element} element */
const lines = (element) => [...(element.hasAttribute("data-line") ? [element] : []), ...element.querySelectorAll("[data-line]")];

/** @param {Node} node */
const view = (node) => /** @type {Window & typeof globalThis} */ (node.ownerDocument?.defaultView ?? window);

/**
 * Give an element the attributes of another one.
 * @param {Element} old
 * @param {Element} fresh
 * @param {(name: string) => boolean} [ours] which of them
 */
export function adopt(old, fresh, ours = () => true) {
  for (const { name } of [...old.attributes]) if (ours(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value, namespaceURI } of fresh.attributes) {
    if (ours(name) && old.getAttribute(name) !== value) old.setAttributeNS(namespaceURI, name, value);
  }
}
