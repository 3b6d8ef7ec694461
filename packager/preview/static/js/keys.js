// @ts-check
/** The keyboard: one table, which the help shows too. */

import { $, h } from "./dom.js";
import { model, on, set } from "./model.js";

/** @typedef {{keys: string[], shown?: string, does: string, group: string, act: () => void}} Key */

/** @type {Key[]} */
let table = [];

/**
 * Take the table and listen.
 * @param {Key[]} keys
 */
export function start(keys) {
  table = keys;
  addEventListener("keydown", press);
  on("key", press);
  const dialog = /** @type {HTMLDialogElement} */ ($("#help"));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  $("#help-button").addEventListener("click", help);
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (document.querySelector("dialog[open]")) return;
  if (target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  // Who steers by keys already, in tabs, lists and splitters, keeps the arrows and the space bar.
  const steers = target.closest?.("[role=tablist], [role=separator], [popover]");
  const presses = target.closest?.("button, a, input, summary");
  if (event.key.startsWith("Arrow") && steers) return;
  if (event.key === " " && presses) return;
  if (!model.settings.keys && event.key !== "?" && event.key.length === 1 && event.key !== " ") return;
  const key = table.find((each) => each.keys.includes(event.key));
  if (!key || (event.shiftKey && event.key === "ArrowLeft")) return;
  // Escape closes the browser's own menus too.
  if (event.key !== "Escape") event.preventDefault();
  key.act();
}

/** Show what the keys do. */
export function help() {
  const dialog = /** @type {HTMLDialogElement} */ ($("#help"));
  const groups = [...new Set(table.map((each) => each.group))];
  dialog.replaceChildren(
    h("header", {}, h("h2", { id: "help-title" }, "Keys"),
      h("button", { class: "icon", "aria-label": "Close", autofocus: true, click: () => dialog.close() }, "✕")),
    h("div", { class: "columns" }, ...groups.map((group) => h("section", {}, h("h3", {}, group), h("dl", {},
      ...table.filter((each) => each.group === group).map((each) =>
        h("div", {}, h("dt", {}, ...(each.shown ?? each.keys[0]).split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, each.does))))))),
    h("label", { class: "setting" }, h("span", {}, "Keys without a modifier"),
      h("input", { type: "checkbox", role: "switch", checked: model.settings.keys, change: (/** @type {Event} */ event) => set({ keys: /** @type {HTMLInputElement} */ (event.target).checked }) })),
    h("p", { class: "hint" }, "A click on a paragraph copies its file and line, or opens them in the editor that --editor names. An address that ends in #file:line opens the preview there."));
  dialog.showModal();
}
