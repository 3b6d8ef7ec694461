// @ts-check
/** One print page: its image, the text that can be selected over it, and the marks drawn on it. */

import { h } from "./dom.js";
import { drawn, kind } from "./marks.js";

/** Font size of a line of selectable text, as a part of the line's height. */
const SIZE = 0.8;
/** Pixels of the font that widths are measured in. */
const RULE = 100;

const measure = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
measure.font = `${RULE}px serif`;

/** @type {WeakMap<HTMLElement, {page: import("./model.js").Page | null, rev: number, image: string, lines: import("./model.js").Line[], width: number, seen: boolean}>} */
const known = new WeakMap();

/**
 * Make an empty sheet.
 * @returns {HTMLElement}
 */
export function make() {
  const figure = h("figure", { class: "sheet" },
    h("div", { class: "paper" }, h("div", { class: "image" }), h("div", { class: "marks", "aria-hidden": "true" }), h("div", { class: "text" })),
    h("figcaption"));
  known.set(figure, { page: null, rev: -1, image: "", lines: [], width: 0, seen: false });
  return figure;
}

/**
 * Say what a sheet shows now; what is on it stays until the new image is there.
 * @param {HTMLElement} figure
 * @param {import("./model.js").Page | null} page null for a page that is not laid out yet
 * @param {{width: number, height: number}} trim points
 * @param {number} rev of the chapter: a page is called changed when the author changed it, not for its number
 */
export function fill(figure, page, trim, rev) {
  const own = /** @type {NonNullable<ReturnType<typeof known.get>>} */ (known.get(figure));
  const old = own.page;
  figure.dataset.side = page?.side ?? "";
  figure.classList.toggle("unmade", !page);
  figure.style.setProperty("--ratio", String(trim.width / trim.height));
  const caption = /** @type {HTMLElement} */ (figure.querySelector("figcaption"));
  caption.textContent = page ? page.folio || (page.blank ? "blank" : "–") : "";
  // A page that nobody has looked at yet is told without its lines.
  if (page && old?.lines.length && own.rev !== rev) figure.classList.toggle("changed", old.text !== page.text && words(old) !== words(page));
  own.page = page;
  own.rev = rev;
  if (own.seen) draw(figure, trim);
  else figure.classList.remove("redoing");
}

/** @param {import("./model.js").Page} page */
const words = (page) => page.lines.map((line) => line.text).join("\n");

/**
 * Draw a sheet that has come near, or has changed.
 * @param {HTMLElement} figure
 * @param {{width: number, height: number}} trim
 */
export function draw(figure, trim) {
  const own = known.get(figure);
  if (!own) return;
  own.seen = true;
  const { page } = own;
  if (!page) return;
  if (own.image !== page.hash) {
    own.image = page.hash;
    picture(figure, page);
  }
  if (own.lines !== page.lines || own.width !== trim.width) {
    Object.assign(own, { lines: page.lines, width: trim.width });
    write(figure, page, trim);
    mark(figure, trim);
  }
}

/**
 * Give the page that a sheet shows.
 * @param {HTMLElement} figure
 */
export const pageOf = (figure) => known.get(figure)?.page ?? null;

/**
 * Draw the marks anew.
 * @param {HTMLElement} figure
 * @param {{width: number, height: number}} trim
 */
export function mark(figure, trim) {
  const own = known.get(figure);
  const layer = figure.querySelector(".marks");
  if (!own?.page || !own.seen || !layer) return;
  layer.replaceChildren(...own.page.marks.filter(({ code }) => drawn(code)).map((each) =>
    place(h("span", { class: "mark", data: { code: each.code }, title: `${kind(each.code).name}: ${each.message}` }), each, trim)));
}

/**
 * Show where on the page the place is that is being read; null takes the sign away.
 * @param {HTMLElement} figure
 * @param {{top: number, bottom: number} | null} span points from the page's top
 * @param {number} width of the page, points
 */
export function here(figure, span, width) {
  let sign = /** @type {HTMLElement | null} */ (figure.querySelector(".here"));
  if (!span) return sign?.remove();
  if (!sign) {
    sign = h("div", { class: "here", "aria-hidden": "true" });
    figure.querySelector(".paper")?.append(sign);
  }
  sign.style.setProperty("--y", String((span.top / width) * 100));
  sign.style.setProperty("--h", String(((span.bottom - span.top) / width) * 100));
}

/** @param {HTMLElement} figure @param {import("./model.js").Page} page */
async function picture(figure, page) {
  const holder = /** @type {HTMLElement} */ (figure.querySelector(".image"));
  const scale = devicePixelRatio > 1 || figure.clientWidth > 420 ? 2 : 1;
  const image = /** @type {HTMLImageElement} */ (h("img", { alt: `Page ${page.folio || "without a number"}`, draggable: "false" }));
  figure.classList.add("redoing");
  image.src = `/page/${page.hash}.png?scale=${scale}`;
  try {
    await image.decode();
  } catch {
    // Drawn no more, or not yet: the next news of this page asks again.
    const own = known.get(figure);
    if (own?.image === page.hash) own.image = "";
    return;
  }
  if (known.get(figure)?.page?.hash !== page.hash) return;
  holder.replaceChildren(image);
  figure.classList.remove("redoing");
  figure.dataset.hash = page.hash;
  figure.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
}

/** @param {HTMLElement} figure @param {import("./model.js").Page} page @param {{width: number, height: number}} trim */
function write(figure, page, trim) {
  const layer = /** @type {HTMLElement} */ (figure.querySelector(".text"));
  layer.replaceChildren(...page.lines.flatMap((line) => {
    const span = place(h("span", { data: { line: line.line ?? "", ...(line.place ? { place: line.place } : {}) } }, line.text), line, trim);
    // A line of a turned table reads up or down the page: its length is the height of its box.
    const [length, height] = line.turn ? [line.h, line.w] : [line.w, line.h];
    const natural = (measure.measureText(line.text).width / RULE) * height * SIZE;
    if (natural) span.style.setProperty("--stretch", String(length / natural));
    if (line.turn) span.className = line.turn < 0 ? "up" : "down";
    // Lines that are copied together stay lines.
    return [span, h("br")];
  }));
}

/** @template {HTMLElement} T @param {T} element @param {{x: number, y: number, w: number, h: number}} box @param {{width: number, height: number}} trim */
function place(element, box, trim) {
  for (const side of /** @type {const} */ (["x", "y", "w", "h"])) element.style.setProperty(`--${side}`, String((box[side] / trim.width) * 100));
  return element;
}
