// @ts-check
/** The list of problems, the marks on the pages, and the notice over a book that cannot be read. */

import { $, calm, counted, h, icon, number } from "./dom.js";
import { grouped, kind, toggle } from "./marks.js";
import { chapter, inPrint, model, on, set } from "./model.js";
import { pages } from "./pages.js";
import { source } from "./source.js";

/** Marks of one kind that are listed at most; the rest is on the pages. */
const MOST = 30;

/** @type {(id: string, aim: import("./model.js").Aim) => void} */
let go = () => {};
/** Which kinds of marks are unfolded. @type {Set<string>} */
const unfolded = new Set();

/** @param {typeof go} jump */
export function start(jump) {
  go = jump;
  on("state", draw);
  for (const kind of ["laid", "shown"]) on(kind, calm(30, draw));
  on("settings", (changes) => { if ("unmarked" in changes || "marks" in changes || "whole" in changes) draw(); });
}

/**
 * Go to the next problem or mark, or the one before.
 * @param {number} by
 */
export function step(by) {
  if (model.settings.tab !== "problems" || !model.settings.inspector) set({ tab: "problems", inspector: true });
  const all = /** @type {HTMLElement[]} */ ([...$("#problems").querySelectorAll(".problem")]);
  if (!all.length) return;
  const at = all.findIndex((each) => each.dataset.key === chosen);
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length];
  next.scrollIntoView({ block: "nearest" });
  next.click();
}
let chosen = "";

function draw() {
  const { state, settings } = model;
  if (!state) return;
  trouble(state);
  const own = state.problems.filter((each) => each.chapter === model.id);
  const shown = settings.whole ? state.problems : own;
  const errors = state.problems.filter((each) => each.severity === "error").length;
  const total = $("#problem-count");
  total.hidden = !state.problems.length;
  total.textContent = number(state.problems.length);
  total.dataset.severity = errors ? "error" : "warning";
  const panel = $("#problems");
  const focus = /** @type {HTMLElement | null | undefined} */ (document.activeElement?.closest("#problems [data-key]"));
  const marks = grouped(pages()?.pages ?? []);
  panel.replaceChildren(
    h("div", { class: "segments small wide", role: "group", "aria-label": "Whose problems" },
      h("button", { "aria-pressed": String(!settings.whole), click: () => set({ whole: false }) }, `This chapter ${number(own.length)}`),
      h("button", { "aria-pressed": String(settings.whole), click: () => set({ whole: true }) }, `Whole book ${number(state.problems.length)}`)),
    shown.length
      ? h("ul", { class: "problems" }, ...shown.map((each, n) => problem(each, `${each.code}-${n}`)))
      : h("p", { class: "empty" }, settings.whole ? "Nothing is wrong with the book." : "Nothing is wrong with this chapter."),
    h("h3", {}, "On the pages"),
    marks.size ? h("ul", { class: "kinds" }, ...[...marks].map(([code, found]) => group(code, found)))
      : h("p", { class: "empty" }, unmarked()));
  const key = focus?.dataset.key;
  if (key) /** @type {HTMLElement | null} */ (panel.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
}

/** Say why there are no marks. */
function unmarked() {
  if (!inPrint()) return "This chapter is not in print.";
  return pages() ? "No typographic marks in this chapter." : "The pages are being laid out.";
}

/** @param {import("./model.js").Problem} each @param {string} key */
function problem(each, key) {
  return h("li", {},
    h("button", { class: "problem", data: { severity: each.severity, key }, "aria-current": key === chosen ? "true" : null, click: () => {
      choose(key);
      if (each.chapter) go(each.chapter, { path: each.path, line: each.line ?? 1 });
    } },
      h("span", { class: "message" }, h("span", { class: "unseen" }, `${each.severity}: `), each.message),
      each.hint && h("span", { class: "hint" }, each.hint)),
    place(each));
}

/** @param {string} code @param {{page: import("./model.js").Page, mark: import("./model.js").Mark}[]} found */
function group(code, found) {
  const { name, means } = kind(code);
  const open = unfolded.has(code);
  const list = `marks-${code}`;
  return h("li", { class: "kind", data: { code } },
    h("div", { class: "kind-head" },
      h("button", { class: "fold", "aria-expanded": String(open), "aria-controls": list, data: { key: `fold-${code}` }, click: () => {
        open ? unfolded.delete(code) : unfolded.add(code);
        draw();
      } }, h("span", { class: "swatch mark", data: { code } }), h("span", { class: "name" }, name), h("span", { class: "count" }, number(found.length))),
      h("input", { type: "checkbox", role: "switch", "aria-label": `Draw ${name.toLowerCase()}`, checked: !model.settings.unmarked.includes(code), data: { key: `draw-${code}` }, change: () => toggle(code) })),
    means && h("p", { class: "hint" }, means),
    h("ul", { id: list, hidden: !open }, ...found.slice(0, MOST).map(({ page, mark }, n) => {
      const key = `${code}-${n}`;
      return h("li", {}, h("button", { class: "problem", data: { severity: "mark", key }, "aria-current": key === chosen ? "true" : null, click: () => {
        choose(key);
        go(model.id, { line: mark.line ?? 1 });
      } }, h("span", { class: "message" }, mark.message || mark.text), h("span", { class: "hint" }, `page ${page.folio} · “${mark.text.trim()}”`)));
    }), found.length > MOST && h("li", { class: "hint" }, `and ${found.length - MOST} more on the pages`)));
}

/** @param {string} key */
function choose(key) {
  chosen = key;
  for (const each of document.querySelectorAll("#problems .problem")) {
    if (/** @type {HTMLElement} */ (each).dataset.key === key) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
}

let told = "";
let dismissed = "";

/**
 * Lay a notice over the view: why the book cannot be read, or which faults keep it from being built.
 * @param {import("./model.js").State} state
 */
function trouble(state) {
  const faults = state.problems.filter((each) => each.severity === "error" && (each.chapter ?? model.id) === model.id);
  const shown = state.broken ?? faults;
  const text = JSON.stringify([Boolean(state.broken), shown]);
  const notice = $("#trouble");
  notice.hidden = !shown.length || text === dismissed;
  document.body.classList.toggle("broken", Boolean(state.broken));
  if (text === told) return;
  told = text;
  const title = !state.broken ? "This keeps the book from being built"
    : state.chapters.length ? "The book cannot be read: this is how it was before" : "The book cannot be read";
  notice.replaceChildren(
    h("header", {}, h("h2", {}, title), !state.broken &&
      h("button", { class: "icon", "aria-label": "Close", click: () => { dismissed = text; notice.hidden = true; } }, icon("close"))),
    h("ul", {}, ...shown.slice(0, 5).map((each) => h("li", {}, place(each),
      h("span", { class: "message" }, each.message), each.hint && h("span", { class: "hint" }, each.hint)))),
    shown.length > 5 ? h("p", {}, `and ${counted(shown.length - 5, "more problem")}`) : "",
    state.broken ? h("p", { class: "hint" }, "It goes on by itself as soon as the file is mended.") : "");
}

/** @param {import("./model.js").Problem} each */
function place(each) {
  const text = each.line ? `${each.path}:${each.line}` : each.path;
  return h("button", { class: "place", title: "To the source", click: () => source(each.path, each.line) }, text);
}

/** Say how many problems the chapter has. */
export const tally = () => (chapter()?.errors ?? 0) + (chapter()?.warnings ?? 0);
