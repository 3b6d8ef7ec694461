// @ts-check
/**
 * The chapter in its frame: loaded once, then changed in place.
 *
 * The frame runs no scripts; the shell reaches in. What comes from the manuscript is parsed in the frame's own realm, so
 * that the chapter's content policy holds for it and not the shell's, which would drop the author's styles.
 */

import { blocks, moved, shared } from "./anchor.js";
import { $ } from "./dom.js";
import { adopt, morph } from "./morph.js";

const XHTML = "application/xhtml+xml";
const TINT = [{ backgroundColor: "rgb(255 196 60 / 0.42)" }, { backgroundColor: "rgb(255 196 60 / 0)" }];
const still = matchMedia("(prefers-reduced-motion: reduce)");

const frame = /** @type {HTMLIFrameElement} */ ($("#frame"));

/** @type {HTMLElement[] | null} */
let listed = null;
/** The block that is kept in its place: how far down the screen, or how many pages on. @type {{block: HTMLElement, top: number, on: number} | null} */
let held = null;
/** @type {Promise<string> | null} */
let opened = null;

/** Give the chapter's document; null until the first chapter is there. */
export function page() {
  const doc = frame.contentDocument;
  return doc?.body && doc.location.pathname.startsWith("/chapter/") ? doc : null;
}

/** Give the frame's window. */
export const view = () => /** @type {Window & typeof globalThis} */ (frame.contentWindow);

/** List the chapter's blocks, read once a version. */
export function list() {
  const doc = page();
  listed ??= doc ? blocks(doc) : [];
  return listed;
}

/**
 * Load the first chapter; later ones take its place in the same document.
 * @param {string} id
 * @param {(doc: Document) => void} dress what to add to the document
 * @returns {Promise<string>} the chapter that was loaded: another one, where that was asked for before; none into a page
 *   that was loaded again to be heard, which comes empty
 */
export function load(id, dress) {
  opened ??= new Promise((done, fail) => {
    const loaded = () => {
      const doc = page();
      if (!doc) fail(new Error(`no chapter ${id}`));
      else if (!hears(doc) && !frame.sandbox.contains("allow-scripts")) {
        frame.sandbox.add("allow-scripts");
        frame.src = `/chapter/${id}?heard`;
        return;
      } else {
        dress(doc);
        listed = null;
        done(frame.sandbox.contains("allow-scripts") ? "" : id);
      }
      frame.removeEventListener("load", loaded);
    };
    frame.addEventListener("load", loaded);
    frame.src = `/chapter/${id}`;
  });
  return opened.catch((fault) => {
    opened = null;
    throw fault;
  });
}

/**
 * Say whether one can listen in a document: Safari calls nobody in a sandbox without scripts. There the chapter's content
 * policy alone keeps scripts from running.
 * @param {Document} doc
 */
function hears(doc) {
  let heard = false;
  doc.addEventListener("packager", () => { heard = true; }, { once: true });
  doc.dispatchEvent(new Event("packager"));
  return heard;
}

/**
 * Put another chapter, or the same one changed, into the document.
 * @param {string} text an XHTML document, or what stands in its body
 * @param {{same: boolean}} how `same` keeps the place and tints what is new
 * @returns {HTMLElement[]} the blocks that changed
 */
export function put(text, { same }) {
  const doc = page();
  const fresh = parse(text);
  if (!doc || !fresh) return [];
  adopt(doc.documentElement, fresh.documentElement, (name) => ["lang", "xml:lang", "dir", "class"].includes(name));
  adopt(doc.body, fresh.body, (name) => ["epub:type", "class"].includes(name));
  if (!same) {
    doc.body.replaceChildren(...doc.importNode(fresh.body, true).childNodes);
    listed = null;
    held = null;
    return [];
  }
  const before = list();
  const texts = before.map((block) => block.textContent ?? "");
  const at = held ? before.indexOf(held.block) : -1;
  morph(doc.body, fresh.body);
  listed = null;
  const after = list();
  const same_ = shared(texts, after.map((block) => block.textContent ?? ""));
  if (held && at >= 0) held.block = after[moved(at, same_, before.length, after.length)] ?? held.block;
  regain();
  return after.slice(same_.head, after.length - same_.tail);
}

/**
 * Tint blocks for a second.
 * @param {HTMLElement[]} changed
 */
export function tint(changed) {
  if (still.matches) return;
  for (const block of changed.slice(0, 40)) block.animate(TINT, { duration: 1400, easing: "ease-out" });
}

/** Remember the first block on the screen and where it stands. */
export function hold() {
  const width = view().innerWidth;
  for (const block of list()) {
    const box = block.getBoundingClientRect();
    if (box.height && box.bottom > 1 && box.right > 0 && box.left < width) {
      held = { block, top: box.top, on: leafOf(box) - leaf() };
      return;
    }
  }
  held = null;
}

/** Bring the remembered block back to where it stood, whatever moved it. */
export function regain() {
  if (!page() || !held?.block.isConnected) return;
  const box = held.block.getBoundingClientRect();
  if (root().dataset.flow === "paged") turn(leafOf(box) - held.on);
  else root().scrollTop += box.top - held.top;
}

/** Count the screen's pages, and make the last one whole: what is scrolled ends where the text does, before its margin. */
export function leaves() {
  const doc = /** @type {Document} */ (page());
  const count = Math.max(1, Math.ceil((doc.body.scrollWidth - 1) / view().innerWidth));
  doc.documentElement.style.setProperty("--reader-pages", String(count));
  return count;
}

/** Give the page of the screen that is shown, from 0; below that in a book that is read from the right. */
export const leaf = () => Math.round(root().scrollLeft / view().innerWidth);

/**
 * Give the page of the screen that something stands on.
 * @param {DOMRect} box
 */
export const leafOf = (box) => Math.floor((root().scrollLeft + box.left + 1) / view().innerWidth);

/**
 * Show a page of the screen, whole.
 * @param {number} to
 */
export function turn(to) {
  leaves();
  root().scrollLeft = to * view().innerWidth;
}

const root = () => /** @type {Document} */ (page()).documentElement;

/**
 * Take the book's new style sheet; the old one goes when the new one is there, so that nothing flashes.
 * @param {number} rev
 * @param {() => void} done
 */
export function restyle(rev, done) {
  const doc = page();
  const old = /** @type {HTMLLinkElement | null} */ (doc?.querySelector('link[href^="/style.css"]'));
  if (!doc || !old) return;
  const fresh = /** @type {HTMLLinkElement} */ (old.cloneNode());
  fresh.href = `/style.css?rev=${rev}`;
  fresh.addEventListener("load", () => {
    for (const link of doc.querySelectorAll('link[href^="/style.css"]')) if (link !== fresh && before(link, fresh)) link.remove();
    regain();
    done();
  });
  fresh.addEventListener("error", () => fresh.remove());
  [...doc.querySelectorAll('link[href^="/style.css"]')].at(-1)?.after(fresh);
}

/**
 * Take the book's styles off, or put them on.
 * @param {boolean} on
 */
export function wear(on) {
  const links = page()?.querySelectorAll('link[href^="/style.css"]') ?? [];
  for (const link of links) /** @type {HTMLLinkElement} */ (link).disabled = !on;
}

/** @param {Element} one @param {Element} other */
const before = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);

/** @param {string} text @returns {Document | null} */
function parse(text) {
  const whole = /^\s*(<\?xml|<!DOCTYPE|<html)/i.test(text)
    ? text
    : `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>${text}</body></html>`;
  const doc = new (view().DOMParser)().parseFromString(whole, XHTML);
  // A sandbox with scripts would let them lead the frame away.
  for (const leads of doc.querySelectorAll("meta[http-equiv]")) leads.remove();
  return doc.querySelector("parsererror") || !doc.body ? null : doc;
}
