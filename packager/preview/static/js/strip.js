// @ts-check
/** The whole book as it is bound: leaf by leaf, the blank pages too. */

import { h } from "./dom.js";

/** @typedef {import("./model.js").Unit} Unit */

/**
 * Lay all pages of the book out in pairs, as they face each other; the first lies alone.
 * @param {Unit[]} units in the order of the pages
 * @param {number | null} total pages of the book, if that is known
 * @param {(id: string) => number} count says how many pages a unit has
 * @param {(slot: {chapter: string, index: number}) => HTMLElement} sheetOf
 * @param {string} current the unit that is shown
 */
export function strip(units, total, count, sheetOf, current) {
  const cells = units.flatMap((unit) => {
    const pages = Array.from({ length: count(unit.id) }, (_, index) => sheetOf({ chapter: unit.id, index }));
    return [...blanks(unit.blanks), ...pages.map((page, index) => cell(page, index ? "" : unit.title, unit.id === current))];
  });
  if (total) cells.push(...blanks(total - cells.length));
  const facing = [h("div", { class: "cell none" }), ...cells];
  const pairs = facing.filter((_, n) => n % 2 === 0).map((left, n) => h("div", { class: "leaves" }, left, facing[2 * n + 1]));
  return h("div", { class: "thumbs" }, ...pairs);
}

/** @param {HTMLElement} page @param {string} title @param {boolean} current */
const cell = (page, title, current) => h("div", { class: "cell", data: { current: String(current) } }, title && h("h3", { title }, title), page);

/** @param {number} count */
const blanks = (count) => Array.from({ length: Math.max(0, count) }, () =>
  cell(h("figure", { class: "sheet blank" }, h("div", { class: "paper" }), h("figcaption", {}, "blank")), "", false));
