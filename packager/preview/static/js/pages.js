// @ts-check
/** The print pane: the chapter's pages as a reader holds them, or all pages of the book. */

import { runs, spotOf } from "./anchor.js";
import { badge } from "./badge.js";
import { $, $$, calm, h, press } from "./dom.js";
import * as frame from "./frame.js";
import { asked, laid, load, take } from "./laid.js";
import { chapter, inPrint, model, on, set, shownLayout, SLIM, tell, unit, units } from "./model.js";
import { lay, put } from "./rows.js";
import { order } from "./server.js";
import * as sheet from "./sheet.js";
import { strip } from "./strip.js";

/** @typedef {import("./model.js").Pages} Pages */
/** @typedef {{chapter: string, index: number}} Slot a page by its chapter, and its number there */

/** @type {Map<string, HTMLElement>} */
const sheets = new Map();
/** @type {{line: number, spot: string, page: number, top: number, bottom: number}[]} */
let lines = [];
/** @type {import("./model.js").Place | null} */
let last = null;

/** When the change was saved whose pages are not all on the screen yet; milliseconds since 1970. */
let awaited = 0;
/** Why the chapter has no pages. */
let failure = "";

const UNPRINTED = "This chapter is not in print: its front matter says which editions it is in.";

const pane = $("#print");
const desk = $("#print-desk");
const near = new IntersectionObserver(attend, { root: desk, rootMargin: "60% 0px" });

/** Listen to what concerns the pane. */
export function start() {
  for (const button of $$("#layouts button")) button.addEventListener("click", () => set({ layout: button.dataset.layout }));
  $("#marks-button").addEventListener("click", () => set({ marks: !model.settings.marks }));
  $("#print-back").addEventListener("click", () => turn(-1));
  $("#print-on").addEventListener("click", () => turn(1));
  desk.addEventListener("scroll", () => { count(); seeSoon(); tell("scroll", "print"); }, { passive: true });
  for (const kind of ["wheel", "touchstart", "pointerdown", "pointerover", "keydown", "focusin"]) {
    desk.addEventListener(kind, () => tell("lead", "print"), { passive: true });
  }
  desk.addEventListener("click", (event) => tell("click", event));
  desk.addEventListener("drawn", drawn);
  on("chapter", ({ id, saved, laid: ordered }) => {
    if (id !== model.unit) return;
    awaited = saved ?? 0;
    if (!ordered) see();
  });
  on("failed", ({ chapter: id, message }) => { if (!id || id === model.unit) { failure = message; badge(laid.get(model.unit), failure); } });
  on("shown", ({ id, changed }) => { if (id === model.unit || changed) survey(); else open(id); });
  on("pages", news);
  on("proof", (proof) => { if (proof.fresh) refresh(); });
  on("state", () => { badge(laid.get(model.unit), failure); complete(); });
  on("missed", resync);
  SLIM.addEventListener("change", arrange);
  on("settings", (changes) => {
    if ("layout" in changes) { arrange(); if (last) follow(last); }
    if ("marks" in changes || "unmarked" in changes) for (const each of sheets.values()) sheet.mark(each, trim());
    if ("view" in changes || "zoom" in changes) { look(); if (last) follow(last); }
    look();
  });
  look();
}

/** Give the pages shown as they were laid out last. */
export const pages = (id = model.unit) => laid.get(id) ?? null;

/**
 * Show the pages of a chapter, or of what stands in print alone.
 * @param {string} id
 */
export async function open(id) {
  model.unit = id;
  order("/api/see", { chapter: id, pages: [] });
  if (model.settings.layout !== "strip") { sheets.clear(); last = null; }
  arrange();
  await load(id);
  if (id === model.unit) arrange();
  await Promise.all(neighbours(id).filter((each) => !laid.has(each)).map(load));
  if (id === model.unit) arrange();
}

/** @param {Pages} data */
async function news(data) {
  if (data.chapter === model.unit) failure = "";
  const seen = [model.unit, ...neighbours(model.unit)].includes(data.chapter) || model.settings.layout === "strip";
  if (!take(data)) {
    if (seen) await load(data.chapter);
    else laid.delete(data.chapter);
  }
  if (seen) arrange();
  demand();
}

/** Tell how long it took until all pages on the screen were those of the last save. */
function drawn() {
  if (visible().some((figure) => figure.classList.contains("redoing"))) return;
  const ms = awaited ? Date.now() - awaited : null;
  awaited = 0;
  requestAnimationFrame(() => tell("painted", { what: "print", rev: laid.get(model.unit)?.rev ?? 0, ms }));
}

/** Say whether the pages shown are older than the chapter. */
const behind = () => (laid.get(model.unit)?.rev ?? -1) < (chapter(model.unit)?.rev ?? 0);

/** Fetch what was told while nobody listened: before the stream began, or in another window's time. */
async function resync() {
  if (!behind() || asked.has(model.unit) || !model.unit) return;
  await load(model.unit);
  arrange();
}

/** Take the numbers that the whole-book layout brought. */
async function refresh() {
  const wanted = [model.unit, ...neighbours(model.unit), ...visible().map((figure) => figure.dataset.chapter)];
  const ids = [...laid.keys()].filter((id) => wanted.includes(id));
  for (const id of laid.keys()) if (!ids.includes(id)) laid.delete(id);
  await Promise.all(ids.map(load));
  arrange();
  complete();
  demand();
}

/** Put the sheets on the desk; those that are there already stay what they are. */
function arrange() {
  if (!model.state || !model.unit) return;
  const layout = shownLayout();
  if (layout !== "strip" && !inPrint(model.unit)) put(desk, [h("p", { class: "empty" }, UNPRINTED)]);
  else if (layout === "strip") put(desk, [strip(units(), model.state?.book?.pages ?? null, total, sheetOf, model.unit)]);
  else lay(desk, rows(layout === "spread"), layout);
  survey();
  look();
  badge(laid.get(model.unit), failure);
  tell("laid", { id: model.unit });
}

/** List the lines that both views have: notes stand elsewhere in each. */
function survey() {
  const known = new Set(frame.list().filter(runs).map(spotOf));
  lines = (laid.get(model.unit)?.pages ?? []).flatMap((page, n) =>
    page.lines.map((line) => ({ ...line, spot: line.place ?? String(line.line) }))
      .filter((line) => line.line !== null && (!known.size || known.has(line.spot)))
      .map((line) => ({ line: Number(line.line), spot: line.spot, page: n, top: line.y, bottom: line.y + line.h })));
}

/** @param {boolean} spread @returns {HTMLElement[][]} */
function rows(spread) {
  const slots = Array.from({ length: total(model.unit) }, (_, index) => ({ chapter: model.unit, index }));
  if (!spread) return slots.map((slot) => [sheetOf(slot)]);
  const now = laid.get(model.unit);
  const all = slots.map(sheetOf);
  if (now?.pages[0]?.side === "recto") all.unshift(facing(-1));
  if (all.length % 2) all.push(facing(1));
  return all.flatMap((left, n) => (n % 2 ? [] : [[left, all[n + 1]]]));
}

/** Say how many pages a part of the book has. @param {string} id */
const total = (id) => laid.get(id)?.pages.length ?? unit(id)?.pages ?? chapter(id)?.pages ?? 1;

/**
 * Give the page that faces the chapter's first or last: another chapter's, a blank one, or none outside of the book.
 * @param {-1 | 1} way
 */
function facing(way) {
  const now = laid.get(model.unit);
  if (!now) return h("div", { class: "sheet none" });
  const wanted = way < 0 ? now.first - 1 : now.first + now.pages.length;
  for (const [id, each] of laid) {
    const index = wanted - each.first;
    if (id !== model.unit && index >= 0 && index < each.pages.length) return sheetOf({ chapter: id, index });
  }
  const inside = wanted >= 0 && wanted < (model.state?.book?.pages ?? wanted);
  return h("div", { class: inside ? "sheet blank" : "sheet none" }, inside && h("div", { class: "paper" }));
}

/** Name the part of the book before another, or behind it. @param {string} id @param {number} by */
function neighbour(id, by) {
  const at = units().findIndex((each) => each.id === id);
  return at < 0 ? "" : units()[at + by]?.id ?? "";
}

/** @param {string} id */
const neighbours = (id) => [neighbour(id, -1), neighbour(id, 1)].filter(Boolean);

/** @param {Slot} slot */
function sheetOf(slot) {
  const key = `${slot.chapter}/${slot.index}`;
  let figure = sheets.get(key);
  if (!figure) {
    figure = sheet.make();
    sheets.set(key, figure);
    near.observe(figure);
  }
  Object.assign(figure.dataset, { chapter: slot.chapter, index: String(slot.index), own: String(slot.chapter === model.unit) });
  const now = laid.get(slot.chapter);
  sheet.fill(figure, now?.pages[slot.index] ?? null, trim(), now?.rev ?? -1);
  return figure;
}

/** @param {IntersectionObserverEntry[]} entries */
function attend(entries) {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    const figure = /** @type {HTMLElement} */ (target);
    sheet.draw(figure, trim());
  }
  complete();
  seeSoon();
}

/** Fetch the pages of what is on the screen and has not been told. */
const complete = calm(60, async () => {
  const ids = new Set(visible().map((figure) => figure.dataset.chapter ?? ""));
  const missing = [...ids].filter((id) => !laid.has(id) && !asked.has(id) && unit(id)?.pages);
  if (!missing.length) return;
  await Promise.all(missing.map(load));
  arrange();
});

/** Tell the server which pages are on the screen: they are laid out, and drawn first. */
function see() {
  const own = visible().filter((figure) => figure.dataset.own === "true");
  if (pane.offsetParent) order("/api/see", { chapter: model.unit, pages: own.map((figure) => Number(figure.dataset.index)) });
}

const seeSoon = calm(120, see);

/** Ask for pages where another window's chapter was laid out, and ours for the build alone, without its text. */
function demand() {
  const now = laid.get(model.unit);
  if (!now || document.hidden) return;
  if (behind() || now.pages.some((page) => !page.blank && !page.lines.length)) see();
}

/** List the sheets on the screen: those of the part that is shown, and of others where all pages lie. */
function visible() {
  const { top, bottom } = desk.getBoundingClientRect();
  const wanted = model.settings.layout === "strip" ? ".sheet[data-own]" : ".sheet[data-own='true']";
  return $$(wanted, desk).filter((figure) => {
    const box = figure.getBoundingClientRect();
    return box.bottom > top + 8 && box.top < bottom - 8;
  });
}

/** Give the place in the source that is being read on the pages. @returns {import("./model.js").Place | null} */
export function place() {
  if (!pane.offsetParent || !lines.length || model.settings.layout === "strip") return null;
  const still = desk.scrollHeight - desk.clientHeight;
  const eye = desk.scrollTop + (still > 0 ? (desk.scrollTop / still) * desk.clientHeight : 0);
  let at = 0;
  lines.forEach((line, n) => { if (y(line.page, line.top) <= eye) at = n; });
  const { line, spot } = lines[at];
  const run = lines.flatMap((each, n) => (each.spot === spot ? [n] : []));
  sign(run.map((n) => lines[n]));
  return { line, spot, part: run.indexOf(at) / run.length };
}

/**
 * Follow the other view, or go, to a place.
 * @param {import("./model.js").Place} where
 */
export function follow(where) {
  last = where;
  if (!pane.offsetParent || !lines.length) return;
  const before = lines.reduce((best, each) => (each.line <= where.line && each.line > best.line ? each : best), lines[0]);
  const spot = lines.some((each) => each.spot === where.spot) ? where.spot : before.spot;
  const run = lines.filter((each) => each.spot === spot);
  sign(run);
  const at = run[Math.min(run.length - 1, Math.floor(where.part * run.length))];
  if (model.settings.layout === "strip") return sheets.get(`${model.unit}/${at.page}`)?.scrollIntoView({ block: "nearest" });
  const still = desk.scrollHeight - desk.clientHeight;
  const first = at === lines[0] && !where.part;
  desk.scrollTop = first ? 0 : (y(at.page, at.top) * still) / desk.scrollHeight;
}

/** @param {typeof lines} run */
function sign(run) {
  for (const figure of sheets.values()) {
    const own = run.filter((each) => figure.dataset.chapter === model.unit && each.page === Number(figure.dataset.index));
    const span = own.length ? { top: Math.min(...own.map((each) => each.top)), bottom: Math.max(...own.map((each) => each.bottom)) } : null;
    sheet.here(figure, span, trim().width);
  }
}

/**
 * Say how far down the desk a place of a page is: the right-hand page of a spread is read after the left-hand one.
 * @param {number} page
 * @param {number} top points
 */
function y(page, top) {
  const row = /** @type {HTMLElement | null} */ (sheets.get(`${model.unit}/${page}`)?.parentElement);
  if (!row) return 0;
  const part = top / trim().height;
  const right = row.classList.contains("spread") && row.lastElementChild === sheets.get(`${model.unit}/${page}`);
  const share = row.classList.contains("spread") ? (right ? 0.5 : 0) + part / 2 : part;
  return row.offsetTop + share * row.offsetHeight;
}

/**
 * Go to one of the pages shown.
 * @param {number} page from 0; -1 is the last
 */
export function seek(page) {
  const row = sheets.get(`${model.unit}/${page < 0 ? total(model.unit) + page : page}`)?.parentElement;
  if (row) desk.scrollTop = row.offsetTop + row.offsetHeight / 2 - desk.clientHeight / 2;
}

/**
 * Turn to the next row of pages, or the one before; behind the last to the next part of the book.
 * @param {number} by
 */
export function turn(by) {
  const all = $$(".row", desk);
  const middle = desk.scrollTop + desk.clientHeight / 2;
  const at = all.findIndex((row) => row.offsetTop + row.offsetHeight > middle);
  const wanted = (at < 0 ? all.length - 1 : at) + by;
  const next = unit(neighbour(model.unit, by));
  if (all.length && !all[wanted] && next) return tell("go", { id: next.id, page: by > 0 ? 0 : -1 });
  const row = all[Math.max(0, Math.min(all.length - 1, wanted))];
  if (!row) return desk.scrollBy(0, by * desk.clientHeight * 0.88);
  tell("lead", "print");
  desk.scrollTop = row.offsetTop + row.offsetHeight / 2 - desk.clientHeight / 2;
}

/**
 * Make pages larger or smaller.
 * @param {number} by
 */
export function zoom(by) {
  const now = by ? model.settings.zoom.print * (by > 0 ? 1.15 : 1 / 1.15) : 1;
  set({ zoom: { ...model.settings.zoom, print: Math.max(0.4, Math.min(4, now)) } });
}

function look() {
  const { marks, zoom } = model.settings;
  const layout = shownLayout();
  press("#layouts", "layout", layout);
  $("#marks-button").setAttribute("aria-pressed", String(marks));
  const counted = Object.values(chapter(model.unit)?.marks ?? {}).reduce((sum, each) => sum + each, 0);
  const own = laid.get(model.unit)?.pages.reduce((sum, page) => sum + page.marks.length, 0);
  $("#marks-count").textContent = String(own ?? counted);
  desk.dataset.layout = layout;
  desk.dir = model.state?.book?.dir ?? "ltr";
  desk.style.setProperty("--across", layout === "spread" ? "2" : "1");
  desk.style.setProperty("--ratio", String(trim().width / trim().height));
  desk.style.setProperty("--zoom", String(zoom.print));
  count();
}

function count() {
  const all = visible().map(sheet.pageOf).filter((page) => page !== null);
  const total = model.state?.book?.pages;
  const folios = all.map((page) => page.folio).filter(Boolean);
  const shown = folios.length > 1 ? `${folios[0]}–${folios.at(-1)}` : folios[0] ?? "–";
  $("#print-page").textContent = total ? `${shown} of ${total}` : shown;
}

/** The page's size in points. */
const trim = () => ({ width: model.state?.book?.trim?.width_pt ?? 396, height: model.state?.book?.trim?.height_pt ?? 612 });
