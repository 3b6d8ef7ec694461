// @ts-check
/** Blocks of a chapter and the place in it: what keeps the line being read where it is. */

/** Notes stand at another place in print: they do not lead the other view. */
const ASIDE = ".notes, .footnote, [role~='doc-footnote'], [role~='doc-endnotes']";

/**
 * List the blocks that come from a line of the source and hold no other such block.
 * @param {Document} doc
 */
export function blocks(doc) {
  const all = /** @type {HTMLElement[]} */ ([...doc.body.querySelectorAll("[data-line]")]);
  return all.filter((block, n) => !(all[n + 1] && block.contains(all[n + 1])));
}

/**
 * Give a block's line in the source.
 * @param {Element} block
 */
export const lineOf = (block) => Number(/** @type {HTMLElement} */ (block).dataset.line);

/**
 * Name the place in the source that a block came from: a line of the chapter, or `file:line` of what it includes.
 * @param {Element} block
 */
export const spotOf = (block) => /** @type {HTMLElement} */ (block).dataset.place ?? String(lineOf(block));

/**
 * Read what `spotOf` says; the file is empty where it is the chapter's own.
 * @param {string} spot
 */
export function read(spot) {
  const cut = spot.lastIndexOf(":");
  return { path: spot.slice(0, Math.max(0, cut)), line: Number(spot.slice(cut + 1)) };
}

/**
 * Find the block of a line in a file that the chapter includes.
 * @param {HTMLElement[]} list
 * @param {string} path
 * @param {number} line
 */
export function blockIn(list, path, line) {
  const own = list.filter((block) => read(spotOf(block)).path === path);
  return own.findLast((block) => read(spotOf(block)).line <= line) ?? own[0] ?? null;
}

/**
 * Say whether a block stands in the run of the text.
 * @param {Element} block
 */
export const runs = (block) => !block.closest(ASIDE);

/**
 * Find what differs between two lists: the lengths of what they share at both ends.
 * @param {string[]} before
 * @param {string[]} after
 */
export function shared(before, after) {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { head, tail };
}

/**
 * Say where the block that stood at an index stands after a change.
 * @param {number} index
 * @param {{head: number, tail: number}} same
 * @param {number} before how many blocks there were
 * @param {number} after how many there are
 */
export function moved(index, same, before, after) {
  if (index < same.head) return index;
  if (index >= before - same.tail) return index + after - before;
  return Math.max(0, Math.min(index, after - same.tail - 1, after - 1));
}

/**
 * Find the block of a line: the last that begins at or before it.
 * @param {HTMLElement[]} list
 * @param {number} line
 */
export function blockAt(list, line) {
  let best = null;
  for (const block of list) {
    const at = lineOf(block);
    if (at === line) return block;
    if (at < line && (!best || at >= lineOf(best))) best = block;
  }
  return best ?? list[0] ?? null;
}
