// @ts-check
/** The list of chapters: role, words, goal, pages, problems. */

import { $, calm, counted, h, number } from "./dom.js";
import { model, on, printed } from "./model.js";

const MATTERS = { front: "Front matter", body: "", back: "Back matter" };
/** Roles whose chapters say by their number, or by nothing, what they are. */
const PLAIN = new Set(["chapter", "bodymatter", ""]);

/** @type {Set<string>} */
const fresh = new Set();

/**
 * Show the list, and go where it is clicked.
 * @param {(id: string) => void} go
 */
export function start(go) {
  const panel = $("#chapters");
  panel.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (!link?.dataset.id) return;
    event.preventDefault();
    go(link.dataset.id);
  });
  on("laid", later);
  on("chapter", ({ id }) => { if (id !== model.id) fresh.add(id); });
  on("shown", ({ id, changed }) => { fresh.delete(id); changed ? later() : draw(); });
  on("state", later);
}

/** After the text and its pages: these are looked at first. */
const later = calm(30, draw);

function draw() {
  const { state } = model;
  if (!state) return;
  const panel = $("#chapters");
  const focus = /** @type {HTMLElement | null} */ (panel.contains(document.activeElement) ? document.activeElement : null)?.dataset.id;
  const total = state.book?.words ?? 0;
  const goal = state.book?.goal;
  const groups = ["front", "body", "back"].map((matter) => state.chapters.filter((each) => each.matter === matter));
  panel.replaceChildren(
    h("header", { class: "panel-head" }, h("h2", {}, "Chapters"),
      h("span", { class: "figure" }, goal ? `${Math.floor((total / goal) * 100)}% of ${number(goal)}` : counted(total, "word"))),
    ...(goal ? [bar(total, goal, "The book’s goal")] : []),
    ...groups.filter((group) => group.length).map((group) => h("section", {},
      MATTERS[group[0].matter] && h("h3", {}, MATTERS[group[0].matter]),
      h("ol", {}, ...group.map(item)))),
    ...(printed().length ? [h("section", {}, h("h3", {}, "In print alone"), h("ol", {}, ...printed().map(alone)))] : []));
  const chosen = panel.querySelector("[aria-current]");
  if (focus) /** @type {HTMLElement | null} */ (panel.querySelector(`a[data-id="${CSS.escape(focus)}"]`))?.focus();
  else if (chosen instanceof HTMLElement && panel.dataset.at !== model.id) chosen.scrollIntoView({ block: "nearest" });
  panel.dataset.at = model.id;
}

/** @param {import("./model.js").Chapter} each */
function item(each) {
  const current = each.id === model.id && !printed().some(({ id }) => id === model.unit);
  const marks = Object.values(each.marks).reduce((sum, count) => sum + count, 0);
  const role = PLAIN.has(each.role) ? "" : each.role.replaceAll("-", " ");
  const ordinal = each.number ?? "";
  // Numbers in words stand with the figures, digits before the title.
  const spelled = !/^[\dIVXLCDM.]+$/.test(ordinal);
  const figures = [spelled ? ordinal : role, each.words ? counted(each.words, "word") : "", each.pages ? counted(each.pages, "page") : ""];
  return h("li", { class: each.role === "part" ? "part" : "", data: { depth: String(each.depth) } },
    h("a", { href: `#${each.id}`, data: { id: each.id }, "aria-current": current ? "page" : null },
      h("span", { class: "title" }, ordinal && !spelled && h("span", { class: "ordinal" }, ordinal), each.title || role || each.path),
      fresh.has(each.id) && h("span", { class: "fresh", title: "Changed since you looked" }, h("span", { class: "unseen" }, "changed")),
      h("span", { class: "counts" },
        tally("error", each.errors, "error"), tally("warning", each.warnings, "warning"), tally("typography", marks, "typographic mark")),
      h("span", { class: "figures" }, figures.filter(Boolean).join(" · ")),
      each.goal ? bar(each.words, each.goal, "Goal") : null));
}

/** @param {string} kind @param {number} count @param {string} noun */
const tally = (kind, count, noun) => count > 0 && h("span", { class: `tally ${kind}`, title: counted(count, noun) },
  h("span", { "aria-hidden": "true" }, number(count)), h("span", { class: "unseen" }, counted(count, noun)));

/** @param {import("./model.js").Unit} each */
const alone = (each) => h("li", {}, h("a", { href: `#${each.id}`, data: { id: each.id }, "aria-current": each.id === model.unit ? "page" : null },
  h("span", { class: "title" }, each.title), h("span", { class: "figures" }, each.pages ? counted(each.pages, "page") : "")));

/** @param {number} words @param {number} goal @param {string} label */
function bar(words, goal, label) {
  const meter = h("span", { class: "goal", role: "img", "aria-label": `${label}: ${number(words)} of ${number(goal)} words`, data: { done: String(words >= goal) } }, h("span"));
  meter.style.setProperty("--done", String(Math.min(1, words / goal)));
  return meter;
}
