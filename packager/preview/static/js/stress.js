// @ts-check
/** What readers do to a book: every device, small and huge letters. Lists what does not stand it. */

import { lineOf } from "./anchor.js";
import { $, calm, h } from "./dom.js";
import { page } from "./frame.js";
import { chapter, model, on, set } from "./model.js";
import { screens } from "./reflow.js";

/** Percent of the text's own size: as it comes, as many have it, as those with poor eyes do. */
const SIZES = [100, 140, 200];
const BLOCKS = "table, pre, img, svg, math, p, li, td, th, dt, dd, h1, h2, h3, h4, h5, h6, figcaption";
/** What is too wide as a whole, whatever in it is. */
const WHOLE = "table, pre, math, svg";
/** Element -> what it is to the author. @type {Record<string, string>} */
const NAMES = { table: "A table", pre: "Code", img: "An image", svg: "A drawing", math: "A formula" };
/** Milliseconds that a document is waited for. */
const PATIENCE = 8000;

/**
 * @typedef {{message: string, line: number, over: number, screens: Map<string, number[]>, first: {device: string, size: number}}} Finding
 */

/** @type {(id: string, aim: import("./model.js").Aim) => void} */
let go = () => {};
let ticket = 0;
let tried = "";

/** @param {typeof go} jump */
export function start(jump) {
  go = jump;
  const again = calm(600, () => attempt());
  on("shown", again);
  on("css", () => { tried = ""; again(); });
  on("settings", (changes) => { if ("tab" in changes || "inspector" in changes) attempt(); });
}

/** Try the chapter on all screens, if that is looked at and has not been done. */
async function attempt() {
  const now = chapter();
  const what = `${model.id} ${now?.rev}`;
  if (!now || !model.settings.inspector || model.settings.tab !== "stress" || what === tried) return;
  const mine = ++ticket;
  tried = what;
  $("#stress").replaceChildren(h("p", { class: "empty" }, "Trying screens…"));
  const like = /** @type {HTMLIFrameElement} */ ($("#frame"));
  const frame = /** @type {HTMLIFrameElement} */ (h("iframe", {
    class: "trial", title: "Stress test", tabindex: "-1", "aria-hidden": "true",
    sandbox: like.sandbox.value, src: `/chapter/${model.id}${like.contentWindow?.location.search ?? ""}`,
  }));
  document.body.append(frame);
  try {
    const doc = await loaded(frame);
    const found = doc && (await tryAll(doc, frame, () => mine === ticket));
    if (mine === ticket) draw(found || null);
  } finally {
    frame.remove();
  }
}

/**
 * Wait for the chapter and its styles; null where it does not come.
 * @param {HTMLIFrameElement} frame
 */
async function loaded(frame) {
  await Promise.race([new Promise((done) => frame.addEventListener("load", done, { once: true })), pause(PATIENCE)]);
  const doc = frame.contentDocument;
  if (!doc?.body || !doc.location.pathname.startsWith("/chapter/")) return null;
  const link = doc.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: "/static/css/reader.css" });
  doc.head.append(link);
  // Where the shown chapter's page came empty, so does this one.
  if (!doc.body.firstElementChild) doc.body.append(...doc.importNode(/** @type {Document} */ (page()).body, true).childNodes);
  await Promise.race([new Promise((done) => link.addEventListener("load", done, { once: true })), pause(PATIENCE)]);
  await Promise.race([doc.fonts.ready, pause(PATIENCE)]);
  return doc;
}

/**
 * @param {Document} doc
 * @param {HTMLIFrameElement} frame
 * @param {() => boolean} wanted
 */
async function tryAll(doc, frame, wanted) {
  /** @type {Map<string, Finding>} */
  const findings = new Map();
  const root = doc.documentElement;
  root.style.setProperty("--reader-margin", "14px");
  for (const { id, name, width, height } of screens()) {
    Object.assign(frame.style, { width: `${width}px`, height: `${height}px` });
    for (const size of SIZES) {
      root.style.setProperty("--reader-size", `${size}%`);
      for (const [element, over] of tooWide(doc)) {
        note(findings, element, fault(element), over, name, { device: id, size });
      }
      await pause(0);
      if (!wanted()) return null;
    }
  }
  return [...findings.values()].sort((one, other) => one.line - other.line);
}

/** @param {Map<string, Finding>} findings @param {Element} element @param {string} message @param {number} over @param {string} name @param {Finding["first"]} first */
function note(findings, element, message, over, name, first) {
  const key = `${element.localName} ${lineIn(element)}`;
  const finding = findings.get(key) ?? { message, line: lineIn(element), over: 0, screens: new Map(), first };
  findings.set(key, finding);
  finding.over = Math.max(finding.over, over);
  finding.screens.set(name, [...(finding.screens.get(name) ?? []), first.size]);
}

/** List what runs out of the screen or of its own box, and by how many pixels. @param {Document} doc @returns {[Element, number][]} */
function tooWide(doc) {
  const wide = doc.documentElement.clientWidth;
  /** @type {Map<Element, number>} */
  const over = new Map();
  for (const element of doc.body.querySelectorAll(BLOCKS)) {
    const { left, right, width } = element.getBoundingClientRect();
    const inner = element.clientWidth ? element.scrollWidth - element.clientWidth : 0;
    const most = width ? Math.max(right - wide, -left, inner) : 0;
    if (most > 1) over.set(element, most);
  }
  const whole = (/** @type {Element} */ element) => element.closest(WHOLE);
  return [...over].filter(([element]) => {
    const outer = element.parentElement && whole(element.parentElement);
    if (outer && over.has(outer)) return false;
    return element.matches(WHOLE) || ![...over.keys()].some((other) => other !== element && element.contains(other));
  });
}

/** @param {Element} element */
function fault(element) {
  const name = NAMES[element.localName];
  if (!name) return `A word does not fit: “${(element.textContent ?? "").split(/\s+/).reduce((long, word) => (word.length > long.length ? word : long), "").slice(0, 40)}”`;
  for (let each = /** @type {Element | null} */ (element); each; each = each.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth + 1) return `${name} has to be scrolled sideways${title(element)}`;
  }
  return `${name} is cut off${title(element)}`;
}

/** Say which it is, by its caption or its first words. @param {Element} element */
function title(element) {
  const text = (element.querySelector("caption") ?? element.closest("figure")?.querySelector("figcaption") ?? element.querySelector("th, td") ?? element).textContent ?? "";
  const words = text.replace(/\s+/g, " ").trim();
  return words ? `: “${words.length > 40 ? `${words.slice(0, 40)}…` : words}”` : "";
}

/** @param {Finding[] | null} found null where it could not be tried */
function draw(found) {
  const count = `${screens().length} screens, letters at ${SIZES.join(", ")} %.`;
  $("#stress").replaceChildren(
    h("p", { class: "summary" }, count),
    found === null ? h("p", { class: "empty" }, "The chapter could not be tried.")
      : !found.length ? h("p", { class: "empty" }, "Everything fits everywhere.")
        : h("ul", { class: "problems" }, ...found.map(item)));
}

/** @param {Finding} finding */
function item({ message, line, over, screens: where, first }) {
  const places = SIZES.map((size) => {
    const names = [...where].filter(([, sizes]) => Math.min(...sizes) === size).map(([name]) => name);
    return names.length ? `From ${size} %: ${names.length === screens().length ? "every screen" : names.join(", ")}` : "";
  });
  const hint = `${places.filter(Boolean).join("; ")}; by ${Math.ceil(over)} px at most.`;
  return h("li", {}, h("button", { class: "problem", data: { severity: "warning" }, click: () => {
    set({ device: first.device, size: first.size, ...(model.settings.view === "print" ? { view: "both" } : {}) });
    go(model.id, { line });
  } }, h("span", { class: "message" }, message), h("span", { class: "hint" }, hint)));
}

/** @param {Element} element */
function lineIn(element) {
  const block = element.closest("[data-line]") ?? element.querySelector("[data-line]");
  return block ? lineOf(block) : 1;
}

/** @param {number} wait milliseconds */
const pause = (wait) => new Promise((done) => setTimeout(done, wait));
