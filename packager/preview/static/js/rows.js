// @ts-check
/** Sheets in rows on the desk, single or in spreads. */

import { h } from "./dom.js";

/**
 * Lay rows of sheets on the desk, unless they lie there: to put them there again would have all of them set anew.
 * @param {HTMLElement} desk
 * @param {HTMLElement[][]} rows
 * @param {string} layout
 */
export function lay(desk, rows, layout) {
  const kind = `row ${layout}`;
  const lies = desk.children.length === rows.length && rows.every((row, n) => {
    const there = desk.children[n];
    return there.className === kind && there.children.length === row.length && row.every((each, m) => alike(there.children[m], each));
  });
  if (!lies) put(desk, rows.map((row) => h("div", { class: kind }, ...row)));
}

/**
 * Put elements on the desk; the place that is seen stays.
 * @param {HTMLElement} desk
 * @param {HTMLElement[]} all
 */
export function put(desk, all) {
  const place = desk.scrollTop;
  desk.replaceChildren(...all);
  desk.scrollTop = place;
}

/** Say whether an element is another, or as empty as that. @param {Element} there @param {HTMLElement} each */
const alike = (there, each) => there === each || (!each.dataset.chapter && there.className === each.className);
