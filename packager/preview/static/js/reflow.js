// @ts-check
/** The reflow pane: a device, its pages or its scroll, and the reader's settings. */

import { blockAt, blockIn, lineOf, runs, spotOf } from "./anchor.js";
import { $, $$, h, press } from "./dom.js";
import * as frame from "./frame.js";
import { chapter, model, on, set, SLIM, tell } from "./model.js";
import { read } from "./server.js";

/** Part of the screen's height at which a block that was asked for stands. */
const EYE = 0.22;
/** CSS pixels left and right of the text. */
const MARGINS = { narrow: 14, normal: 28, wide: 52 };
const SIZES = [70, 80, 90, 100, 110, 125, 140, 160, 180, 200, 240];
/** Milliseconds after the reader's own scroll in which nothing else scrolls. */
const REST = 3000;

/** @type {{id: string, name: string, kind: string, width: number, height: number}[]} */
let devices = [];
const told = fetch("/static/devices.json").then((answer) => answer.json());
let shown = { id: "", rev: -1 };
let touched = 0;

const pane = $("#reflow");

/** Learn the devices and listen to what concerns the pane. */
export async function start() {
  devices = await told;
  $("#device").append(...devices.map((each) => h("option", { value: each.id }, each.name)));
  $("#device").addEventListener("change", (event) => set({ device: /** @type {HTMLSelectElement} */ (event.target).value }));
  for (const button of $$("#flows button")) button.addEventListener("click", () => set({ flow: button.dataset.flow }));
  $("#reflow-back").addEventListener("click", () => turn(-1));
  $("#reflow-on").addEventListener("click", () => turn(1));
  new ResizeObserver(fit).observe($("#reflow-desk"));
  on("chapter", (news) => { if (news.id === shown.id) news.html ? renew(news) : resync(); });
  on("css", ({ rev }) => frame.restyle(rev, () => { apply(); painted("css", rev, 0); }));
  on("state", resync);
  on("settings", apply);
  apply();
}

/**
 * Show a chapter at a place.
 * @param {string} id
 * @param {import("./model.js").Aim} aim
 */
export async function open(id, aim) {
  const rev = chapter(id)?.rev ?? 0;
  if (id !== shown.id || rev > shown.rev) {
    pane.setAttribute("aria-busy", "true");
    const loaded = frame.page() ? shown.id : await frame.load(id, dress);
    if (id !== model.id) return;
    if (loaded !== id || shown.id) {
      const text = await read(`/chapter/${id}`);
      if (id !== model.id || text === null) return;
      frame.put(text, { same: loaded === id });
    }
    pane.removeAttribute("aria-busy");
    shown = { id, rev };
    apply();
    tell("shown", { id });
  }
  seek(aim);
}

/** Give the place in the source that is being read. @returns {import("./model.js").Place | null} */
export function place() {
  const doc = frame.page();
  if (!doc || !pane.offsetParent) return null;
  const root = doc.documentElement;
  const blocks = frame.list().filter(runs);
  if (paged()) {
    const first = blocks.find((block) => box(block).right > 1 && box(block).height);
    return first ? { ...at(first), part: turnedOver(first) } : null;
  }
  // The line being read wanders from the screen's top, at the chapter's beginning, to its foot, at the end.
  const still = root.scrollHeight - view().innerHeight;
  const eye = still > 0 ? (root.scrollTop / still) * view().innerHeight : 0;
  let best = null;
  for (const block of blocks) {
    const { top, height } = box(block);
    if (top > eye && best) break;
    if (height) best = { ...at(block), part: Math.max(0, Math.min(1, (eye - top) / height)) };
  }
  return best;
}

/** @param {Element} block */
const at = (block) => ({ line: lineOf(block), spot: spotOf(block) });

/** Give the place of a line or an element. @param {import("./model.js").Aim} aim @returns {import("./model.js").Place | null} */
export function find(aim) {
  const block = target(aim)?.closest("[data-line]");
  return block ? { ...at(block), part: 0 } : null;
}

/** @param {import("./model.js").Aim} aim @returns {Element | null | undefined} */
function target({ fragment, line, path }) {
  if (fragment) return frame.page()?.getElementById(fragment);
  if (!line) return null;
  return path && path !== chapter(shown.id)?.path ? blockIn(frame.list(), path, line) : blockAt(frame.list(), line);
}

/**
 * Follow the other view to a place.
 * @param {import("./model.js").Place} where
 */
export function follow(where) {
  const doc = frame.page();
  if (!doc || !pane.offsetParent) return;
  const all = frame.list().filter(runs);
  const block = all.find((each) => spotOf(each) === where.spot) ?? blockAt(all, where.line);
  if (!block) return;
  const root = doc.documentElement;
  if (paged()) showPage(block, where.part);
  else if (block === frame.list()[0] && !where.part) root.scrollTop = 0;
  else {
    const y = box(block).top + root.scrollTop + where.part * box(block).height;
    root.scrollTop = (y * (root.scrollHeight - view().innerHeight)) / root.scrollHeight;
  }
  frame.hold();
}

/**
 * Go to a line or an element; without either to the top, where the chapter is new.
 * @param {import("./model.js").Aim} aim
 */
export function seek(aim) {
  const doc = frame.page();
  if (!doc) return;
  const root = doc.documentElement;
  const found = target(aim);
  if (found && paged()) showPage(found, 0);
  else if (found) root.scrollTop += box(found).top - view().innerHeight * EYE;
  else if (aim.top) root.scrollTo(0, 0);
  if (found && !aim.top) frame.tint([/** @type {HTMLElement} */ (found)]);
  frame.hold();
  count();
}

/**
 * Turn a page of the screen, or scroll by one.
 * @param {number} by
 */
export function turn(by) {
  const root = frame.page()?.documentElement;
  if (!root) return;
  const way = getComputedStyle(root).direction === "rtl" ? -1 : 1;
  if (paged()) frame.turn(frame.leaf() + by * way);
  else root.scrollTop += by * view().innerHeight * 0.88;
}

/** List the devices that have a size of their own. */
export const screens = () => devices.filter((each) => each.width);

/** Choose the next device. */
export function nextDevice() {
  const at = devices.findIndex((each) => each.id === model.settings.device);
  set({ device: devices[(at + 1) % devices.length].id });
}

/**
 * Make the text larger or smaller.
 * @param {number} by steps; 0 brings it back to the book's own
 */
export function resize(by) {
  const at = SIZES.findIndex((size) => size >= model.settings.size);
  set({ size: by ? SIZES[Math.max(0, Math.min(SIZES.length - 1, at + by))] : 100 });
}

/** @param {{id: string, rev: number, html: string, saved?: number}} news */
function renew(news) {
  const changed = frame.put(news.html, { same: true });
  shown.rev = news.rev;
  frame.tint(changed);
  tell("shown", { id: news.id, changed });
  if (changed[0] && model.settings.follow && performance.now() - touched > REST) bring(changed[0]);
  count();
  painted("reflow", news.rev, news.saved ?? 0);
}

/** Fetch what was missed while nobody looked. */
async function resync() {
  const now = chapter(shown.id);
  if (!now || now.rev <= shown.rev) return;
  const text = await read(`/chapter/${shown.id}`);
  if (text !== null && now.id === shown.id && now.rev > shown.rev) renew({ id: now.id, rev: now.rev, html: text });
}

/** @param {HTMLElement} block */
function bring(block) {
  const { top, bottom, left, right } = box(block);
  const inside = paged() ? left >= 0 && right <= view().innerWidth : top >= 0 && bottom <= view().innerHeight;
  if (!inside) seek({ line: lineOf(block) });
}

/** Tell how long a change took from the author's save until it was on the screen. */
export function painted(/** @type {string} */ what, /** @type {number} */ rev, /** @type {number} */ saved) {
  const after = new MessageChannel();
  after.port1.onmessage = () => tell("painted", { what, rev, ms: saved ? Date.now() - saved : null });
  requestAnimationFrame(() => after.port2.postMessage(null));
}

/** @param {Document} doc */
function dress(doc) {
  const link = doc.createElement("link");
  link.rel = "stylesheet";
  link.href = "/static/css/reader.css";
  link.addEventListener("load", () => { frame.regain(); fit(); tell("dressed"); });
  doc.head.append(link);
  const within = view();
  within.addEventListener("scroll", () => { frame.hold(); count(); tell("scroll", "reflow"); }, { passive: true });
  // An image that comes late pushes the text down; so does a font.
  doc.addEventListener("load", (event) => { if (/** @type {Element} */ (event.target).localName === "img") frame.regain(); }, true);
  doc.fonts.addEventListener("loadingdone", () => { frame.regain(); count(); });
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    doc.addEventListener(kind, () => { touched = performance.now(); tell("lead", "reflow"); }, { passive: true });
  }
  doc.addEventListener("pointerover", () => tell("lead", "reflow"), { passive: true });
  doc.addEventListener("keydown", (event) => tell("key", event));
  doc.addEventListener("click", (event) => tell("click", event));
}

function apply() {
  const { device, flow, size, margins, theme, publisher } = model.settings;
  /** @type {HTMLSelectElement} */ ($("#device")).value = device;
  press("#flows", "flow", flow);
  $("#reflow-turner").hidden = flow !== "paged";
  const root = frame.page()?.documentElement;
  if (root) {
    Object.assign(root.dataset, { flow, theme, publisher: publisher ? "on" : "off" });
    root.style.setProperty("--reader-size", `${size}%`);
    root.style.setProperty("--reader-margin", `${MARGINS[/** @type {keyof typeof MARGINS} */ (margins)]}px`);
    frame.wear(publisher);
  }
  $("#device-frame").dataset.theme = theme;
  fit();
}

/** Set the device to its size and scale it to the pane. */
function fit() {
  const desk = $("#reflow-desk");
  // A small screen is a device itself.
  const wanted = SLIM.matches ? "pane" : model.settings.device;
  const device = devices.find((each) => each.id === wanted) ?? devices[0];
  if (!device || !desk.clientWidth) return;
  $("#device-note").textContent = device.width ? `${device.width} × ${device.height}, approximation` : "approximation";
  const body = $("#device-frame");
  const room = getComputedStyle(desk);
  const wide = desk.clientWidth - parseFloat(room.paddingLeft) - parseFloat(room.paddingRight);
  const high = desk.clientHeight - parseFloat(room.paddingTop) - parseFloat(room.paddingBottom);
  body.dataset.kind = device.kind;
  const width = device.width || wide;
  const height = device.height || high;
  body.style.width = `${width}px`;
  body.style.height = `${height}px`;
  const scale = device.width ? Math.min(1.3, wide / body.offsetWidth, high / body.offsetHeight) * model.settings.zoom.reflow : 1;
  body.style.transform = `scale(${scale})`;
  $("#fit").style.width = `${body.offsetWidth * scale}px`;
  $("#fit").style.height = `${body.offsetHeight * scale}px`;
  frame.page()?.documentElement.style.setProperty("--reader-columns", width > 900 ? "2" : "1");
  frame.regain();
  count();
}

function count() {
  const root = frame.page()?.documentElement;
  if (!root || !paged()) return;
  $("#reflow-page").textContent = `${Math.abs(frame.leaf()) + 1} / ${frame.leaves()}`;
}

/** @param {Element} block @param {number} part */
function showPage(block, part) {
  const pieces = [...block.getClientRects()];
  const piece = pieces[Math.min(pieces.length - 1, Math.floor(part * pieces.length))];
  if (piece) frame.turn(frame.leafOf(piece));
}

/** Say how much of a block lies on pages before the one shown. @param {Element} block */
function turnedOver(block) {
  const pieces = [...block.getClientRects()];
  const all = pieces.reduce((sum, each) => sum + each.height, 0);
  return all ? pieces.filter((each) => each.right <= 1).reduce((sum, each) => sum + each.height, 0) / all : 0;
}

const view = frame.view;
const paged = () => model.settings.flow === "paged";
/** @param {Element} block */
const box = (block) => block.getBoundingClientRect();
