// @ts-check
/** Typographic marks: what they are called, how often they come, and which are drawn. */

import { model, set } from "./model.js";

/**
 * Code -> what the author calls it, and what it does to the reader. Codes that are not here show by their own name.
 * @type {Record<string, {name: string, means: string}>}
 */
const KINDS = {
  "loose": { name: "Loose lines", means: "word spaces much wider than they should be" },
  "very-loose": { name: "Very loose lines", means: "word spaces that tear holes" },
  "hyphens": { name: "Stacked hyphens", means: "three or more lines in a row end in hyphens" },
  "page-hyphen": { name: "Hyphen across a page", means: "a word is broken over a page turn" },
  "runt": { name: "Runts", means: "a paragraph’s last line is a scrap" },
  "widow": { name: "Widows", means: "a paragraph’s last line stands alone at the top of a page" },
  "orphan": { name: "Orphans", means: "a paragraph’s first line stands alone at the foot of a page" },
  "ladder": { name: "Ladders", means: "the same word begins or ends lines in a row" },
  "river": { name: "Rivers", means: "word spaces run together down the page" },
  "pitch": { name: "Uneven lines", means: "a line stands further from its neighbours than the others" },
  "low-dpi": { name: "Coarse images", means: "fewer than 300 dots an inch at the size placed" },
  "overfull": { name: "Overfull lines", means: "text runs out of the measure" },
  "short-page": { name: "Short last page", means: "a chapter ends with few lines on a page" },
};

/**
 * Name a kind of mark.
 * @param {string} code
 */
export function kind(code) {
  return KINDS[code] ?? { name: code[0].toUpperCase() + code.slice(1).replaceAll("-", " "), means: "" };
}

/**
 * Say whether a kind of mark is drawn.
 * @param {string} code
 */
export const drawn = (code) => model.settings.marks && !model.settings.unmarked.includes(code);

/**
 * Draw a kind of mark no more, or again.
 * @param {string} code
 */
export function toggle(code) {
  const without = model.settings.unmarked.filter((each) => each !== code);
  const shown = without.length < model.settings.unmarked.length;
  set({ unmarked: shown ? without : [...without, code], marks: true });
}

/**
 * Group marks by kind, in the order of the table.
 * @param {import("./model.js").Page[]} pages
 * @returns {Map<string, {page: import("./model.js").Page, mark: import("./model.js").Mark}[]>}
 */
export function grouped(pages) {
  const groups = new Map();
  const found = pages.flatMap((page) => page.marks.map((mark) => ({ page, mark })));
  const order = [...Object.keys(KINDS), ...found.map(({ mark }) => mark.code)];
  for (const code of new Set(order)) {
    const own = found.filter(({ mark }) => mark.code === code);
    if (own.length) groups.set(code, own);
  }
  return groups;
}
