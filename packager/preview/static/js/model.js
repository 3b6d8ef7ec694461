// @ts-check
/** What the page knows, and who wants to hear of it. */

import { calm } from "./dom.js";

/**
 * @typedef {{severity: "error" | "warning" | "info", code: string, message: string, path: string, line: number | null, hint: string, chapter: string | null}} Problem
 * @typedef {{id: string, title: string, number: string | null, role: string, files: string[], matter: "front" | "body" | "back", depth: number, path: string, line: number, words: number, goal: number | null, rev: number, printed: boolean, pages: number | null, first: number | null, folio: string | null, stale: boolean, errors: number, warnings: number, marks: Record<string, number>}} Chapter
 * @typedef {{id: string, title: string, pages: number | null, first: number, folio: string, blanks: number, stale: boolean}} Unit a part of the printed book: a chapter, or what stands in print alone
 * @typedef {{title: string, lang: string, dir: string, theme: string, name: string, words: number, minutes: number, pages: number | null, spine_mm: number | null, trim: {width_pt: number, height_pt: number} | null, goal: number | null, fresh: boolean}} Book
 * @typedef {{rev: number, partial: boolean, book: Book | null, chapters: Chapter[], units: Unit[], problems: Problem[], broken: Problem[] | null, settings: Record<string, any>, editor: boolean, lan: boolean, lan_url?: string, qr?: string}} State
 * @typedef {{text: string, x: number, y: number, w: number, h: number, line: number | null, place?: string, turn?: number}} Line `place`: file and line, where another file than the chapter's gave it
 * @typedef {{code: string, text: string, x: number, y: number, w: number, h: number, line: number | null, message: string}} Mark
 * @typedef {{hash: string, folio: string, side: "recto" | "verso", blank: boolean, text: string, line: number, lines: Line[], marks: Mark[]}} Page `text` names its lines and marks, `line` is the first of the manuscript
 * @typedef {{chapter: string, rev: number, serial: number, stale: boolean, first: number, report: {text: string, moved: number, pages: number, before: number, last_lines: number} | null, pages: Page[]}} Pages
 * @typedef {{line: number, spot: string, part: number}} Place what is being read: the block, and how far into it
 * @typedef {{line?: number, path?: string, fragment?: string, top?: boolean, page?: number}} Aim where to go in a chapter; of its pages the last is -1
 */

/** Settings that survive; the server keeps them by manuscript. */
const DEFAULTS = {
  chapter: "",
  line: 0,
  view: "both",
  device: "eink7",
  flow: "scrolled",
  size: 100,
  margins: "normal",
  theme: "paper",
  publisher: true,
  follow: false,
  layout: "spread",
  zoom: { reflow: 1, print: 1 },
  marks: true,
  /** @type {string[]} */
  unmarked: [],
  shell: "auto",
  keys: true,
  /** What a key was changed to, by the key that it was. @type {Record<string, string>} */
  bound: {},
  chapters: true,
  inspector: true,
  tab: "problems",
  whole: false,
  book: false,
  divide: 40,
};

export const model = {
  /** @type {State | null} */
  state: null,
  /** The chapter shown. */
  id: "",
  /** The part of the book whose pages are shown: the chapter, or one that is in print alone. */
  unit: "",
  settings: { ...DEFAULTS },
};

/** Too narrow for two views side by side. */
export const SLIM = matchMedia("(max-width: 700px)");

/** Say which view is shown: reflow, print or both. */
export const shownView = () => (SLIM.matches && model.settings.view === "both" ? "reflow" : model.settings.view);

/** Say how print pages lie: single, as spreads, or all in a strip. */
export const shownLayout = () => (SLIM.matches && model.settings.layout === "spread" ? "single" : model.settings.layout);

const news = new EventTarget();

/**
 * Listen: `state`, `chapter`, `css`, `pages`, `proof`, `link`, `missed`, `settings`, `shown`, `laid`.
 * @param {string} kind
 * @param {(data: any) => void} act
 */
export function on(kind, act) {
  news.addEventListener(kind, (event) => act(/** @type {CustomEvent} */ (event).detail));
}

/**
 * Tell all who listen.
 * @param {string} kind
 * @param {any} [data]
 */
export function tell(kind, data) {
  news.dispatchEvent(new CustomEvent(kind, { detail: data }));
}

/**
 * Give a chapter of the book, by default the one shown.
 * @param {string} [id]
 */
export function chapter(id = model.id) {
  return model.state?.chapters.find((each) => each.id === id);
}

/**
 * Say whether a chapter, by default the one shown, is in print by its front matter; what is no chapter is.
 * @param {string} [id]
 */
export const inPrint = (id) => chapter(id)?.printed !== false;

/** Give the parts of the printed book, in the order of its pages; before these are known, the chapters. @returns {Unit[]} */
export function units() {
  const { state } = model;
  if (state?.units.length) return state.units;
  const printed = state?.chapters.filter((each) => each.printed) ?? [];
  return printed.map(({ id, title, stale }) => ({ id, title, pages: null, first: 0, folio: "", blanks: 0, stale }));
}

/**
 * Give a part of the printed book, by default the one shown.
 * @param {string} [id]
 */
export const unit = (id = model.unit) => units().find((each) => each.id === id);

/** Give the parts that stand in print alone. */
export const printed = () => units().filter((each) => !chapter(each.id));

/** @type {Record<string, any>} */
let unsaved = {};
const save = calm(400, () => {
  tell("save", unsaved);
  unsaved = {};
});

/**
 * Change settings: everything that shows them hears of it, and the server keeps them.
 * @param {Partial<typeof DEFAULTS>} changes
 */
export function set(changes) {
  Object.assign(model.settings, changes);
  Object.assign(unsaved, changes);
  save();
  tell("settings", changes);
}

/**
 * Take the settings that the server kept; what is of no use any more is left out.
 * @param {Record<string, any>} kept
 */
export function recall(kept) {
  for (const [name, value] of Object.entries(kept)) {
    if (name in DEFAULTS && value !== null && typeof value === typeof DEFAULTS[/** @type {keyof typeof DEFAULTS} */ (name)]) {
      Object.assign(model.settings, { [name]: value });
    }
  }
}
