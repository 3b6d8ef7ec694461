// @ts-check
/** The page around the views: which panels are open, light or dark, the reader's menu, the divider. */

import { $, $$, h, press } from "./dom.js";
import { model, on, set, shownView, SLIM } from "./model.js";
import { resize } from "./reflow.js";

const SHELLS = ["auto", "light", "dark"];
const THEMES = ["paper", "sepia", "grey", "night"];
const TABS = ["problems", "outline", "aloud", "stress"];
/** Below these widths in pixels a panel lies over the page, and shuts when something in it is chosen. */
const NARROW = { inspector: matchMedia("(max-width: 1180px)"), chapters: matchMedia("(max-width: 860px)") };

/** Listen to the buttons. */
export function start() {
  for (const button of $$("#views button")) button.addEventListener("click", () => set({ view: button.dataset.view }));
  for (const tab of TABS) $(`#tab-${tab}`).addEventListener("click", () => set({ tab }));
  $(".tabs").addEventListener("keydown", steer);
  $("#show-chapters").addEventListener("click", () => flip("chapters"));
  $("#show-inspector").addEventListener("click", () => flip("inspector"));
  $("#shell-button").addEventListener("click", nextShell);
  $("#size-less").addEventListener("click", () => resize(-1));
  $("#size-more").addEventListener("click", () => resize(1));
  for (const button of $$("#margins button")) button.addEventListener("click", () => set({ margins: button.dataset.margins }));
  for (const button of $$("#themes button")) button.addEventListener("click", () => set({ theme: button.dataset.theme }));
  for (const name of /** @type {const} */ (["publisher", "follow"])) {
    $(`#${name}`).addEventListener("change", (event) => set({ [name]: /** @type {HTMLInputElement} */ (event.target).checked }));
  }
  for (const name of ["reader", "phone"]) $(`#${name}`).addEventListener("toggle", () => menu(name));
  on("state", phone);
  divide();
  for (const query of [...Object.values(NARROW), SLIM]) query.addEventListener("change", fold);
  on("settings", draw);
  fold();
}

/**
 * Open or shut a panel.
 * @param {"chapters" | "inspector"} name
 */
export function flip(name) {
  const open = !isOpen(name);
  if (!NARROW[name].matches) set({ [name]: open });
  else over = open ? name : "";
  draw();
  if (open && NARROW[name].matches) $(`#${name}`).focus();
}
/** The panel that lies over the page. */
let over = "";

/** Shut what lies over the page. */
export function shut() {
  over = "";
  draw();
}

/** Choose the next of light, dark, and as the system has it. */
export function nextShell() {
  set({ shell: SHELLS[(SHELLS.indexOf(model.settings.shell) + 1) % SHELLS.length] });
}

/** Choose the reader's next colours. */
export function nextTheme() {
  set({ theme: THEMES[(THEMES.indexOf(model.settings.theme) + 1) % THEMES.length] });
}

/** @param {"chapters" | "inspector"} name */
const isOpen = (name) => (NARROW[name].matches ? over === name : model.settings[name]);

function fold() {
  over = "";
  draw();
}

function draw() {
  const { settings } = model;
  const root = document.documentElement;
  Object.assign(root.dataset, { view: shownView(), shell: settings.shell });
  root.style.setProperty("--divide", String(settings.divide));
  press("#views", "view", shownView());
  press("#margins", "margins", settings.margins);
  press("#themes", "theme", settings.theme);
  $("#size").textContent = `${settings.size}%`;
  $("#divider").setAttribute("aria-valuenow", String(settings.divide));
  $("#shell-button").title = `Light or dark: ${settings.shell === "auto" ? "as the system" : settings.shell}  l`;
  for (const name of /** @type {const} */ (["publisher", "follow"])) /** @type {HTMLInputElement} */ ($(`#${name}`)).checked = settings[name];
  for (const name of /** @type {const} */ (["chapters", "inspector"])) {
    $(`#${name}`).hidden = !isOpen(name);
    $(`#show-${name}`).setAttribute("aria-expanded", String(isOpen(name)));
  }
  document.body.classList.toggle("covered", Boolean(over));
  for (const tab of TABS) {
    const chosen = tab === settings.tab;
    $(`#tab-${tab}`).setAttribute("aria-selected", String(chosen));
    $(`#tab-${tab}`).tabIndex = chosen ? 0 : -1;
    $(`#${tab}`).hidden = !chosen;
  }
}

/** @param {KeyboardEvent} event */
function steer(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const tab = TABS[(TABS.indexOf(model.settings.tab) + by + TABS.length) % TABS.length];
  set({ tab });
  $(`#tab-${tab}`).focus();
}

/**
 * Put a menu below its button, inside the window.
 * @param {string} name
 */
function menu(name) {
  const box = $(`#${name}-button`).getBoundingClientRect();
  const own = $(`#${name}`);
  own.style.top = `${box.bottom + 6}px`;
  own.style.left = `${Math.max(8, Math.min(box.left, innerWidth - own.offsetWidth - 8))}px`;
}

/** Offer the address for other devices, where there is one. @param {import("./model.js").State} state */
function phone({ lan_url: address, qr }) {
  $("#phone-button").hidden = !address;
  if (!address || $("#phone").dataset.address === address) return;
  $("#phone").dataset.address = address;
  $("#phone").replaceChildren(
    h("img", { src: qr, alt: "The address as a QR code" }),
    h("p", {}, address.replace(/^http:\/\//, "").replace(/\?.*/, "")),
    h("p", { class: "hint" }, "For devices in this network, to read along for two hours."));
}

/** Let the divider be dragged, or moved by the arrow keys. */
function divide() {
  const divider = $("#divider");
  /** @param {number} to percent */
  const move = (to) => set({ divide: Math.round(Math.max(20, Math.min(80, to))) });
  divider.addEventListener("pointerdown", (event) => divider.setPointerCapture(event.pointerId));
  divider.addEventListener("pointermove", (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    const { left, width } = $("#stage").getBoundingClientRect();
    move(((event.clientX - left) / width) * 100);
  });
  divider.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
    if (!by) return;
    event.preventDefault();
    move(model.settings.divide + by);
  });
}
