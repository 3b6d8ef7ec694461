// @ts-check
/** The keyboard: one table, which the help shows too. */

import { $, h } from "./dom.js";
import { model, on, set } from "./model.js";

/** @typedef {{keys: string[], shown?: string, does: string, group: string, act: (key: string) => void}} Key `act` hears which of the keys it was */

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
  const key = table.find((each) => keysOf(each).includes(event.key));
  if (!key || (event.shiftKey && event.key === "ArrowLeft")) return;
  // Escape closes the browser's own menus too.
  if (event.key !== "Escape") event.preventDefault();
  key.act(event.key);
}

/** Give the keys that do something, as they are or as they were changed. @param {Key} each */
const keysOf = (each) => {
  const { bound } = model.settings;
  return Object.hasOwn(bound, each.keys[0]) ? [bound[each.keys[0]]] : each.keys;
};

/** @param {Key} each */
const shown = (each) => (Object.hasOwn(model.settings.bound, each.keys[0]) ? keysOf(each)[0].replace(/^ $/, "Space") : each.shown ?? each.keys[0]);

/** Show what the keys do. */
export function help() {
  draw();
  /** @type {HTMLDialogElement} */ ($("#help")).showModal();
}

/** @param {string} [told] what became of the last change */
function draw(told = "") {
  const dialog = /** @type {HTMLDialogElement} */ ($("#help"));
  const groups = [...new Set(table.map((each) => each.group))];
  const { bound, keys } = model.settings;
  dialog.replaceChildren(
    h("header", {}, h("h2", { id: "help-title" }, "Keys"),
      h("button", { class: "icon", "aria-label": "Close", autofocus: true, click: () => dialog.close() }, "✕")),
    h("div", { class: "columns" }, ...groups.map((group) => h("section", {}, h("h3", {}, group), h("dl", {},
      ...table.filter((each) => each.group === group).map((each) => h("div", {}, h("dt", {}, keycap(each)), h("dd", {}, each.does))))))),
    h("p", { class: "hint", role: "status" }, told || "To change a key, choose it and press another."),
    ...(Object.keys(bound).length ? [h("button", { class: "place", click: () => { set({ bound: {} }); draw("All keys are as they were."); } }, "Bring all keys back")] : []),
    h("label", { class: "setting" }, h("span", {}, "Keys without a modifier"),
      h("input", { type: "checkbox", role: "switch", checked: keys, change: (/** @type {Event} */ event) => set({ keys: /** @type {HTMLInputElement} */ (event.target).checked }) })),
    h("p", { class: "hint" }, "A click on a paragraph copies its file and line, or opens them in the editor that --editor names. An address that ends in #file:line opens the preview there."));
}

/** @param {Key} each */
function keycap(each) {
  if (each.keys[0] === "Escape") return h("span", {}, ...caps(each));
  return h("button", { class: "keycap", "aria-label": `${each.does}: ${shown(each)}. Change the key`, data: { key: each.keys[0] }, click: (/** @type {Event} */ event) => listen(each, /** @type {HTMLElement} */ (event.currentTarget)) }, ...caps(each));
}

/** @param {Key} each */
const caps = (each) => shown(each).split(" ").map((key) => h("kbd", {}, key));

/**
 * Take the next key for what another one did; Escape leaves it, Backspace brings back the one that was.
 * @param {Key} each
 * @param {HTMLElement} button
 */
function listen(each, button) {
  const own = each.keys[0];
  button.replaceChildren(h("kbd", {}, "press a key"));
  const stop = new AbortController();
  /** @param {string} told */
  const end = (told) => {
    stop.abort();
    draw(told);
    /** @type {HTMLElement | null} */ (document.querySelector(`#help [data-key="${CSS.escape(own)}"]`))?.focus();
  };
  button.addEventListener("keydown", (event) => {
    const { key } = event;
    if (["Shift", "Control", "Alt", "AltGraph", "Meta", "Tab"].includes(key)) return;
    event.preventDefault();
    event.stopPropagation();
    const { [own]: _, ...others } = model.settings.bound;
    const holder = table.find((other) => other !== each && keysOf(other).includes(key));
    if (key === "Escape") end("");
    else if (key === "Backspace" || each.keys.includes(key)) { set({ bound: others }); end(`${each.does}: ${shown(each)}`); }
    else if (holder) end(`${key} is taken: ${holder.does}`);
    else { set({ bound: { ...others, [own]: key } }); end(`${each.does}: ${shown(each)}`); }
  }, { signal: stop.signal });
  button.addEventListener("blur", () => { stop.abort(); button.replaceChildren(...caps(each)); }, { signal: stop.signal });
}
