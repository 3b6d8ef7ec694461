// @ts-check
/** From the page back to the author's file. */

import { $ } from "./dom.js";
import { model } from "./model.js";
import { order } from "./server.js";

let timer = 0;

/**
 * Open a place in the author's editor, or copy it where none was named.
 * @param {string} path
 * @param {number | null} line
 */
export async function source(path, line) {
  const place = line ? `${path}:${line}` : path;
  if (model.state?.editor && (await order("/api/open", { path, line }))) toast(`Opened ${place}`);
  else toast((await copy(place)) ? `Copied ${place}` : place);
}

/**
 * Say something in passing.
 * @param {string} text
 */
export function toast(text) {
  const note = $("#toast");
  note.textContent = text;
  note.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (note.hidden = true), 2400);
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Outside of https and this machine there is no clipboard but the old one.
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    const focused = document.activeElement;
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return done;
  }
}
