// @ts-check
/** The chapter as a list of headings and figures, and as a screen reader reads it out. */

import { lineOf } from "./anchor.js";
import { $, calm, h } from "./dom.js";
import { page } from "./frame.js";
import { chapter, model, on, set } from "./model.js";
import { ask } from "./server.js";

const HEADINGS = "h1, h2, h3, h4, h5, h6";
const SPOKEN = `${HEADINGS}, p, li, img, svg[role='img'], table, math, blockquote, pre, figure, aside, hr, dt, dd`;
/** Things that are read out in a chapter at most. */
const MOST = 1500;

/** @type {(id: string, aim: import("./model.js").Aim) => void} */
let go = () => {};

/** @param {typeof go} jump */
export function start(jump) {
  go = jump;
  on("shown", calm(60, draw));
  on("settings", (changes) => { if ("tab" in changes || "inspector" in changes || "book" in changes) draw(); });
}

/** @typedef {{chapter: string, line: number, kind: string, level?: number, text: string, alt?: string}} Entry of the whole book's outline */

function draw() {
  const doc = page();
  if (!doc || !model.settings.inspector) return;
  if (model.settings.tab === "outline") contents(doc);
  if (model.settings.tab === "aloud") $("#aloud").replaceChildren(...aloud(doc));
}

/** @param {Document} doc */
async function contents(doc) {
  const { book } = model.settings;
  const found = book ? /** @type {{outline: Entry[]} | null} */ (await ask("/api/outline").catch(() => null)) : null;
  if (book !== model.settings.book) return;
  $("#outline").replaceChildren(
    h("div", { class: "segments small wide", role: "group", "aria-label": "Whose outline" },
      h("button", { "aria-pressed": String(!book), click: () => set({ book: false }) }, "This chapter"),
      h("button", { "aria-pressed": String(book), click: () => set({ book: true }) }, "Whole book")),
    found ? whole(found.outline) : outline(doc));
}

/** @param {Entry[]} entries */
function whole(entries) {
  const shown = entries.filter(({ kind, text }) => ["heading", "image", "table"].includes(kind) && text);
  return h("ul", { class: "outline" }, ...shown.map((each) => {
    const depth = chapter(each.chapter)?.depth ?? 0;
    const level = each.kind === "heading" ? Math.min(6, (each.level ?? 1) + depth) : "figure";
    return h("li", { data: { level: String(level) } },
      h("button", { click: () => go(each.chapter, { line: each.line }) }, each.kind === "image" ? each.alt || each.text : each.text));
  }));
}

/** @param {Document} doc */
function outline(doc) {
  const found = [...doc.querySelectorAll(`${HEADINGS}, figcaption, caption`)];
  if (!found.length) return h("p", { class: "empty" }, "No headings in this chapter.");
  return h("ul", { class: "outline" }, ...found.map((each) => {
    const level = /^h\d$/.test(each.localName) ? each.localName[1] : "figure";
    return h("li", { data: { level } }, jump(each, text(each)));
  }));
}

/** @param {Document} doc @returns {HTMLElement[]} */
function aloud(doc) {
  const faults = [];
  let level = 0;
  const read = [...doc.body.querySelectorAll(SPOKEN)].slice(0, MOST).flatMap((each) => {
    const said = spoken(each);
    if (!said) return [];
    if (said.role.startsWith("Heading")) {
      const now = Number(said.role.at(-1));
      if (level && now > level + 1) said.fault = `a level is left out: ${level} to ${now}`;
      level = now;
    }
    if (said.fault) faults.push(said.fault);
    const lang = foreign(each, doc);
    return [h("li", { data: { role: said.role.split(" ")[0].toLowerCase(), fault: String(Boolean(said.fault)) } },
      h("span", { class: "role" }, said.role, lang && h("span", { class: "lang" }, lang)),
      jump(each, said.text || said.fault || "—"),
      said.fault && said.text ? h("span", { class: "fault" }, said.fault) : null)];
  });
  const lang = doc.documentElement.lang || "not given";
  return [
    h("p", { class: "summary" }, `Language ${lang}. ${faults.length ? `${faults.length} to mend.` : "Nothing to mend."}`),
    h("ol", { class: "aloud" }, ...read),
  ];
}

/** Say what a screen reader makes of an element; null for what it reads as part of another. @param {Element} each @returns {{role: string, text: string, fault?: string} | null} */
function spoken(each) {
  if (each.closest("[aria-hidden='true']")) return null;
  const name = each.localName;
  if (/^h\d$/.test(name)) return { role: `Heading ${name[1]}`, text: text(each) };
  if (name === "img") {
    const alt = each.getAttribute("alt");
    if (alt === null) return { role: "Image", text: "", fault: "an image without a description" };
    return alt ? { role: "Image", text: alt } : null;
  }
  if (name === "svg") return { role: "Image", text: each.getAttribute("aria-label") ?? text(each.querySelector("title") ?? each) };
  if (name === "math") return { role: "Formula", text: each.getAttribute("alttext") ?? text(each) };
  if (name === "table") return { role: "Table", text: text(each.querySelector("caption") ?? each).slice(0, 80), fault: each.querySelector("th") ? undefined : "a table without headers" };
  if (name === "pre") return { role: "Code", text: text(each).slice(0, 80) };
  if (name === "hr") return { role: "Break", text: "separator" };
  if (name === "blockquote" || name === "figure" || name === "aside") {
    const label = each.getAttribute("aria-label") ?? "";
    return { role: { blockquote: "Quotation", figure: "Figure", aside: "Aside" }[name] ?? "", text: label || "begins" };
  }
  if (each.querySelector("p, li, dd") || each.closest("table, figcaption")) return null;
  const role = { li: "Item", dt: "Term", dd: "Meaning" }[name] ?? (each.closest("[role~='doc-footnote'], .footnote") ? "Note" : "Text");
  const said = text(each);
  return said ? { role, text: said } : null;
}

/** @param {Element} each @param {Document} doc */
function foreign(each, doc) {
  const own = doc.documentElement.lang;
  const langs = [each.closest("[lang]")?.getAttribute("lang"), ...[...each.querySelectorAll("[lang]")].map((inner) => inner.getAttribute("lang"))];
  return [...new Set(langs.filter((lang) => lang && lang !== own))].join(" ");
}

/** @param {Element} each @param {string} label */
function jump(each, label) {
  const block = each.closest("[data-line]") ?? each.querySelector("[data-line]");
  return h("button", { click: () => block && go(model.id, { line: lineOf(block) }) }, label.length > 140 ? `${label.slice(0, 140)}…` : label);
}

/** @param {Element} each */
const text = (each) => (each.textContent ?? "").replace(/\s+/g, " ").trim();

/**
 * Open a tab of the inspector.
 * @param {string} tab
 */
export const openTab = (tab) => set({ tab, inspector: true });
