// @ts-check
/** Chapters' pages as they were laid out last. What stands on a page is told once, and then by its name. */

import { model, unit } from "./model.js";
import { ask } from "./server.js";

/** @typedef {import("./model.js").Page} Page */
/** @typedef {import("./model.js").Pages} Pages */
/** @typedef {Omit<Page, "lines" | "marks"> & Partial<Pick<Page, "lines" | "marks">>} Told a page, its lines counted from its own first */

/** @type {Map<string, Pages>} */
export const laid = new Map();
/** Chapters whose pages have been asked for. @type {Set<string>} */
export const asked = new Set();

/**
 * Take what is told of a chapter's pages, unless it is older than what is known; says whether nothing is missing.
 * @param {Omit<Pages, "pages"> & {pages: Told[]}} told
 */
export function take(told) {
  const before = laid.get(told.chapter);
  if (before && told.serial < before.serial) return true;
  const known = new Map(before?.pages.map((page) => [page.text, page]));
  const pages = told.pages.map((page) => whole(page, known.get(page.text)));
  if (!pages.every((page) => page !== null)) return false;
  laid.set(told.chapter, { ...told, pages });
  return true;
}

/**
 * Fetch a chapter's pages; where some are known, what stands on these is not told again.
 * @param {string} id
 */
export async function load(id) {
  // Chapters that are not laid out yet tell of it when they are.
  if (id !== model.unit && !unit(id)?.pages) return;
  /** @param {string} how */
  const taken = async (how) => {
    const told = await ask(`/api/pages/${id}${how}`).catch(() => null);
    return !told?.pages || take(told);
  };
  asked.add(id);
  if (!laid.has(id) || !(await taken("?brief"))) await taken("");
  asked.delete(id);
}

/**
 * Give a page with what stands on it, be it told or known from a page like it; null where it is neither.
 * @param {Told} page
 * @param {Page | undefined} like
 * @returns {Page | null}
 */
function whole(page, like) {
  if (like?.line === page.line) return { ...page, lines: like.lines, marks: like.marks };
  if (like) return { ...page, lines: moved(like.lines, page.line - like.line), marks: moved(like.marks, page.line - like.line) };
  if (page.lines && page.marks) return { ...page, lines: moved(page.lines, page.line), marks: moved(page.marks, page.line) };
  return null;
}

/**
 * Move what comes from lines of the manuscript by so many lines.
 * @template {{line?: number | null}} T
 * @param {T[]} all
 * @param {number} by
 */
const moved = (all, by) => all.map((each) => ({ ...each, line: each.line === undefined || each.line === null ? null : each.line + by }));
