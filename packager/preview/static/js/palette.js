// @ts-check
/** One field to find text in the book, and to go to a chapter or a page. */

import { $, calm, h } from "./dom.js";
import { chapter, model, units } from "./model.js";
import { ask } from "./server.js";

/** Results that are shown at most. */
const MOST = 60;

/** @typedef {{chapter: string, line: number, text: string, before: string, after: string}} Hit */

const dialog = /** @type {HTMLDialogElement} */ ($("#palette"));
const field = /** @type {HTMLInputElement} */ (h("input", { type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": "results", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false" }));
const results = h("ul", { id: "results", role: "listbox", "aria-label": "Results" });
const summary = h("p", { class: "summary", role: "status" });
let mode = "find";
let asked = 0;
let chosen = 0;
/** @type {(id: string, aim: import("./model.js").Aim) => void} */
let go = () => {};

/** @param {typeof go} jump */
export function start(jump) {
  go = jump;
  dialog.append(h("div", { class: "palette-field" }, field), results, summary);
  field.addEventListener("input", calm(90, search));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  field.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) { event.preventDefault(); choose(chosen + by); }
    // A search field takes the first Escape to clear itself.
    if (event.key === "Escape") { event.preventDefault(); dialog.close(); }
    if (event.key === "Enter") { event.preventDefault(); /** @type {HTMLElement} */ (results.children[chosen])?.click(); }
  });
  $("#find-button").addEventListener("click", () => open("find"));
}

/**
 * Open the field.
 * @param {"find" | "go"} what
 */
export function open(what) {
  mode = what;
  const label = what === "find" ? "Find in the book" : "Go to a chapter or a page";
  field.placeholder = `${label}…`;
  field.setAttribute("aria-label", label);
  dialog.setAttribute("aria-label", label);
  field.value = "";
  dialog.showModal();
  field.focus();
  search();
}

async function search() {
  const query = field.value.trim();
  const ticket = ++asked;
  if (mode === "go") return show(places(query), "");
  if (query.length < 2) return show([], "Type at least two letters.");
  const found = /** @type {{hits: Hit[]} | null} */ (await ask(`/api/find?q=${encodeURIComponent(query)}`));
  if (ticket !== asked) return;
  const hits = found?.hits ?? [];
  const more = hits.length > MOST ? `, the first ${MOST} are shown` : "";
  show(hits.slice(0, MOST).map((hit) => option([hit.before, h("mark", {}, hit.text), hit.after], chapter(hit.chapter)?.title ?? "", () => go(hit.chapter, { line: hit.line }))),
    hits.length ? `${hits.length} found${more}` : "Nothing found.");
}

/** Find pages by what is printed on them, 12 or iv, and by where they stand in the file. @param {string} query */
function pages(query) {
  const wanted = numeral(query);
  return units().flatMap(({ id, title, pages, folio, first }) => {
    const page = wanted - numeral(folio);
    const leaf = Number(query) - 1 - first;
    return [
      ...(isRoman(query) === isRoman(folio) && page >= 0 && page < (pages ?? 0) ? [{ id, title, page, name: `Page ${query}` }] : []),
      ...(leaf >= 0 && leaf < (pages ?? 0) && leaf !== page ? [{ id, title, page: leaf, name: `Page ${query} of the PDF` }] : []),
    ];
  }).sort((one, other) => one.name.length - other.name.length);
}

const ROMAN = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 };
/** @param {string} text */
const isRoman = (text) => /^[ivxlcdm]+$/i.test(text);
/** @param {string} text */
const numeral = (text) => (isRoman(text) ? [...text.toLowerCase()].map((letter) => ROMAN[/** @type {keyof typeof ROMAN} */ (letter)])
  .reduce((sum, value, n, all) => sum + (value < (all[n + 1] ?? 0) ? -value : value), 0) : Number(text));

/** @param {string} query */
function places(query) {
  const all = model.state?.chapters ?? [];
  const named = all.filter((each) => `${each.number ?? ""} ${each.title} ${each.role}`.toLowerCase().includes(query.toLowerCase()));
  return [
    ...(query ? pages(query) : []).map(({ id, title, page, name }) => option([name], title, () => go(id, { top: true, page }))),
    ...named.map((each) => option([each.number ? `${each.number} · ` : "", each.title], each.pages ? `${each.pages} pp` : "", () => go(each.id, { top: true }))),
  ];
}

/** @param {(string | Node)[]} text @param {string} aside @param {() => void} act */
function option(text, aside, act) {
  return h("li", { role: "option", click: () => { dialog.close(); act(); } }, h("span", { class: "hit" }, ...text), h("span", { class: "aside" }, aside));
}

/** @param {HTMLElement[]} options @param {string} note */
function show(options, note) {
  options.forEach((each, n) => (each.id = `result-${n}`));
  results.replaceChildren(...options);
  summary.textContent = note;
  choose(0);
}

/** @param {number} at */
function choose(at) {
  const all = [...results.children];
  chosen = all.length ? (at + all.length) % all.length : 0;
  all.forEach((each, n) => each.setAttribute("aria-selected", String(n === chosen)));
  field.setAttribute("aria-activedescendant", all[chosen]?.id ?? "");
  all[chosen]?.scrollIntoView({ block: "nearest" });
}
