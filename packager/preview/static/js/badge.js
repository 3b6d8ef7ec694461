// @ts-check
/** The badge over the pages: whether they are those of the finished book. */

import { $ } from "./dom.js";
import { chapter, inPrint, model, unit } from "./model.js";

/** State -> what the badge says, and means. @type {Record<string, [string, string]>} */
const STATES = {
  exact: ["Exact", "This is the page of the built PDF"],
  stale: ["Stale numbers", "Page numbers and references are those of the last layout of the whole book"],
  waiting: ["Laying out", "The pages shown are those before your last save"],
  failed: ["Not laid out", ""],
  none: ["Not in print", "By its front matter, the chapter is not in the print edition"],
};

/**
 * Say how the pages shown stand to the book as it is.
 * @param {import("./model.js").Pages | undefined} now
 * @param {string} failure why there are none
 */
export function badge(now, failure) {
  const rev = (now && chapter(now.chapter)?.rev) ?? 0;
  const state = !inPrint(model.unit) ? "none" : failure ? "failed" : !now || now.rev < rev ? "waiting" : now.stale || unit()?.stale ? "stale" : "exact";
  const [text, means] = STATES[state];
  const badge = $("#exact");
  badge.dataset.exact = state;
  badge.textContent = text;
  badge.title = failure || means;
}
