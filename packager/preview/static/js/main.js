// @ts-check
/** Brings the page to life: what the parts are, how one gets from place to place, and what the keys do. */

import { read, spotOf } from "./anchor.js";
import * as chapters from "./chapters.js";
import { $, counted } from "./dom.js";
import * as keys from "./keys.js";
import * as lock from "./lock.js";
import { chapter, model, on, recall, set, shownView, SLIM, tell, unit } from "./model.js";
import * as outline from "./outline.js";
import * as pages from "./pages.js";
import * as palette from "./palette.js";
import * as problems from "./problems.js";
import * as reflow from "./reflow.js";
import * as server from "./server.js";
import * as shell from "./shell.js";
import { source, toast } from "./source.js";
import * as status from "./status.js";
import * as stress from "./stress.js";

/** `#file:line`, as an editor links to the preview. */
const SOURCE = /^(.+):(\d+)$/;
/** `#chapter/L41`, as the page keeps its own place. */
const PLACE = /^(.+?)(?:\/L(\d+))?$/;

/**
 * Go to a chapter, and a place in it.
 * @param {string} id
 * @param {import("./model.js").Aim} [aim]
 */
async function go(id, aim = { top: true }) {
  if (!chapter(id)) return browse(id, aim.page ?? 0);
  const other = id !== model.id || id !== model.unit;
  model.id = id;
  if (!chapter(model.unit)) model.unit = "";
  shell.shut();
  if (shownView() !== "print") tell("lead", aim.page === undefined ? "reflow" : "print");
  try {
    await reflow.open(id, aim);
  } catch {
    return toast("The chapter cannot be shown");
  }
  if (id !== model.unit) pages.open(id);
  if (other && aim.top && shownView() === "print") $("#print-desk").scrollTop = 0;
  if (aim.page !== undefined) pages.seek(aim.page);
  const place = reflow.find(aim);
  if (place) pages.follow(place);
}

/**
 * Show pages that no chapter has: of the contents, or a half title.
 * @param {string} id
 * @param {number} page
 */
function browse(id, page) {
  if (!unit(id)) return;
  shell.shut();
  if (shownView() === "reflow") set({ view: SLIM.matches ? "print" : "both" });
  if (model.settings.layout === "strip") set({ layout: "spread" });
  tell("lead", "print");
  pages.open(id);
  pages.seek(page);
}

/** Read a part of an address, as far as it can be read: a file may be called `100%.md`. @param {string} part */
const words = (part) => part.replace(/(?:%[0-9a-f]{2})+/gi, (signs) => {
  try {
    return decodeURIComponent(signs);
  } catch {
    return signs;
  }
});

/** Go where the address says, else where the author was last, else to the text's beginning. */
function arrive() {
  const wanted = words(location.hash.slice(1));
  const file = SOURCE.exec(wanted);
  const all = model.state?.chapters ?? [];
  if (file) {
    const own = all.filter((each) => each.path === file[1] && each.line <= Number(file[2]));
    const including = all.filter((each) => each.files.includes(file[1]));
    const found = own.at(-1) ?? all.find((each) => each.path === file[1]) ?? including.find((each) => each.id === model.id) ?? including[0];
    if (found) return go(found.id, { path: file[1], line: Number(file[2]) });
    toast(`No chapter comes from ${file[1]}`);
  }
  const place = PLACE.exec(wanted);
  if (place && chapter(place[1])) return go(place[1], place[2] ? { line: Number(place[2]) } : { top: true });
  if (model.id && chapter()) return;
  const { chapter: last, line } = model.settings;
  if (chapter(last)) return go(last, line ? { line } : { top: true });
  const first = all.find((each) => each.matter === "body" && each.role !== "part") ?? all[0];
  if (first) return go(first.id);
}

/** Take the state of the book: at first, after each save, and after each absence. @param {import("./model.js").State} state */
function take(state) {
  const first = !model.state?.book;
  const gone = !first && !state.chapters.some((each) => each.id === model.id);
  const at = model.state?.chapters.findIndex((each) => each.id === model.id) ?? 0;
  const path = chapter()?.path;
  model.state = state;
  if (!state.book) return;
  document.documentElement.dataset.editor = String(state.editor);
  if (first) arrive();
  else if (gone) {
    // Renamed or deleted: what stands in its place if it is of the same file, else that file, else what stands there.
    const there = state.chapters[Math.min(at, state.chapters.length - 1)];
    const next = there?.path === path ? there : state.chapters.find((each) => each.path === path) ?? there;
    if (next) go(next.id);
  }
}

/** Go to the next chapter, or the one before. @param {number} by */
function step(by) {
  const all = model.state?.chapters ?? [];
  const next = all[all.findIndex((each) => each.id === model.id) + by];
  if (next) go(next.id);
}

/** Turn a page of the view that leads. @param {number} by */
const turn = (by) => (lock.led() === "print" ? pages.turn(by) : reflow.turn(by));

/** Say whether the page to the right is the next or the one before. */
const right = () => (model.state?.book?.dir === "rtl" ? -1 : 1);

/** Make the view that leads larger or smaller. @param {number} by */
const zoom = (by) => (lock.led() === "print" ? pages.zoom(by) : reflow.resize(by));

/** Follow a link of the text, or give the place of what was clicked. @param {MouseEvent} event */
function click(event) {
  const target = /** @type {Element} */ (event.target);
  const link = target.closest?.("a[href], area[href]");
  if (link) {
    event.preventDefault();
    const inner = /^(?:\/chapter\/([^#]+))?(?:#(.*))?$/.exec(link.getAttribute("href") ?? "");
    if (!inner) return toast(`Leads to ${link.getAttribute("href")}`);
    return void go(inner[1] ?? model.id, inner[2] ? { fragment: words(inner[2]) } : { top: true });
  }
  if (model.settings.layout === "strip" && target.closest?.(".sheet")) return turnTo(target);
  if (!target.ownerDocument.getSelection()?.isCollapsed) return;
  const block = /** @type {HTMLElement | null} */ (target.closest?.("[data-line]"));
  if (block?.dataset.line) from(spotOf(block));
}

/** Open the page that was clicked among all pages. @param {Element} target */
function turnTo(target) {
  const figure = /** @type {HTMLElement | null} */ (target.closest(".sheet[data-chapter]"));
  if (!figure) return;
  set({ layout: "spread" });
  go(figure.dataset.chapter ?? "", { top: true, page: Number(figure.dataset.index) });
}

/** Give the source of the place that is being read. */
function here() {
  const place = lock.led() === "print" ? pages.place() : reflow.place();
  from(place?.spot ?? String(chapter()?.line ?? 1));
}

/** @param {string} spot */
function from(spot) {
  const { path, line } = read(spot);
  source(path || (chapter()?.path ?? ""), line);
}

/** @param {string} layout */
const lay = (layout) => set({ layout: model.settings.layout === layout ? "spread" : layout });

/** @type {keys.Key[]} */
const KEYS = [
  { group: "Go", keys: ["n"], does: "Next chapter", act: () => step(1) },
  { group: "Go", keys: ["p"], does: "Chapter before", act: () => step(-1) },
  { group: "Go", keys: ["ArrowRight", " ", "PageDown"], shown: "→ Space", does: "Page or spread on", act: (key) => turn(key === "ArrowRight" ? right() : 1) },
  { group: "Go", keys: ["ArrowLeft", "PageUp"], shown: "←", does: "Page or spread back", act: (key) => turn(key === "ArrowLeft" ? -right() : -1) },
  { group: "Go", keys: ["j"], does: "Next problem", act: () => problems.step(1) },
  { group: "Go", keys: ["k"], does: "Problem before", act: () => problems.step(-1) },
  { group: "Go", keys: ["g"], does: "Go to a chapter or page", act: () => palette.open("go") },
  { group: "Go", keys: ["/"], does: "Find in the book", act: () => palette.open("find") },
  { group: "Go", keys: ["e"], does: "To the source", act: here },
  { group: "Views", keys: ["1"], does: "Reflow", act: () => set({ view: "reflow" }) },
  { group: "Views", keys: ["2"], does: "Both", act: () => set({ view: "both" }) },
  { group: "Views", keys: ["3"], does: "Print", act: () => set({ view: "print" }) },
  { group: "Views", keys: ["b"], does: "Spread or single page", act: () => lay("single") },
  { group: "Views", keys: ["s"], does: "All pages of the book", act: () => lay("strip") },
  { group: "Views", keys: ["o"], does: "Typography marks", act: () => set({ marks: !model.settings.marks }) },
  { group: "Views", keys: ["f"], does: "Follow each edit", act: follow },
  { group: "Reader", keys: ["d"], does: "Next device", act: reflow.nextDevice },
  { group: "Reader", keys: ["r"], does: "Scrolled or paged", act: () => set({ flow: model.settings.flow === "paged" ? "scrolled" : "paged" }) },
  { group: "Reader", keys: ["t"], does: "Paper, sepia, e-ink, night", act: shell.nextTheme },
  { group: "Reader", keys: ["+", "="], shown: "+", does: "Larger", act: () => zoom(1) },
  { group: "Reader", keys: ["-"], does: "Smaller", act: () => zoom(-1) },
  { group: "Reader", keys: ["0"], does: "As it was", act: () => zoom(0) },
  { group: "Window", keys: ["["], does: "Chapters", act: () => shell.flip("chapters") },
  { group: "Window", keys: ["]"], does: "Inspector", act: () => shell.flip("inspector") },
  { group: "Window", keys: ["i"], does: "Outline", act: () => outline.openTab("outline") },
  { group: "Window", keys: ["a"], does: "What a screen reader says", act: () => outline.openTab("aloud") },
  { group: "Window", keys: ["m"], does: "Stress test of all screens", act: () => outline.openTab("stress") },
  { group: "Window", keys: ["l"], does: "Light or dark", act: shell.nextShell },
  { group: "Window", keys: ["?"], does: "This help", act: keys.help },
  { group: "Window", keys: ["Escape"], shown: "Esc", does: "Close", act: shell.shut },
];

function follow() {
  set({ follow: !model.settings.follow });
  toast(model.settings.follow ? "Follows each edit" : "Stays where you are");
}

async function main() {
  const state = /** @type {import("./model.js").State | null} */ (await server.ask("/api/state"));
  recall(state?.settings ?? {});
  on("state", take);
  on("click", click);
  on("go", ({ id, ...aim }) => go(id, { top: true, ...aim }));
  shell.start();
  status.start();
  chapters.start((id) => go(id));
  problems.start(go);
  outline.start(go);
  stress.start(go);
  palette.start(go);
  pages.start();
  lock.start();
  keys.start(KEYS);
  await reflow.start();
  addEventListener("hashchange", arrive);
  if (state) tell("state", state);
  server.listen();
  if (state?.chapters.length) console.info(`packager preview: ${counted(state.chapters.length, "chapter")}, keys: ?`);
}

main();
