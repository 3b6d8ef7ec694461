// @ts-check
/** The status line, the sign of life, the window's title, and what is said aloud after a change. */

import { $, calm, counted, h, number } from "./dom.js";
import { chapter, model, on } from "./model.js";
import { pages } from "./pages.js";
import { tally } from "./problems.js";

/** Words of each chapter when the page was opened. @type {Map<string, number>} */
const began = new Map();
let link = "waiting";
/** @type {Record<string, number | null>} */
const took = { reflow: null, print: null };
let proof = { done: 0, total: 0, fresh: false };
let before = 0;

/** Listen to all that is told there. */
export function start() {
  on("link", (now) => { link = now; pulse(); });
  on("painted", ({ what, ms }) => { if (what in took) took[what] = ms === null ? took[what] : Math.round(ms); pulse(); });
  on("proof", (now) => { proof = now; draw(); });
  for (const kind of ["state", "shown", "laid"]) on(kind, later);
  on("chapter", ({ id }) => { if (id === model.id) say(); });
}

const later = calm(30, draw);

function draw() {
  const { state } = model;
  if (!state?.book) return;
  const { book } = state;
  for (const each of state.partial ? [] : state.chapters) if (!began.has(each.id)) began.set(each.id, each.words);
  const written = state.chapters.reduce((sum, each) => sum + each.words - (began.get(each.id) ?? each.words), 0);
  const now = chapter();
  const report = pages()?.report;
  const problems = state.problems.length;
  document.title = `${problems ? `(${problems}) ` : ""}${now ? `${now.title} – ` : ""}${book.title}`;
  $("#book").textContent = book.title;
  const working = proof.total && !proof.fresh && proof.done < proof.total;
  $("#status").replaceChildren(
    group("Chapter", now ? [
      counted(now.words, "word"),
      now.goal ? `${Math.floor((now.words / now.goal) * 100)}% of ${number(now.goal)}` : "",
      now.pages ? counted(now.pages, "page") : ""] : []),
    h("span", { class: "report", title: "Page breaks, compared with the last save" }, report?.text ?? ""),
    h("span", { class: "space" }),
    group("Book", [
      written ? `${written > 0 ? "+" : "−"}${number(Math.abs(written))} since you opened it` : "",
      counted(book.words, "word"),
      book.goal ? `${Math.floor((book.words / book.goal) * 100)}% of ${number(book.goal)}` : "",
      time(book.minutes),
      book.pages ? counted(book.pages, "page") : "",
      book.spine_mm ? `spine ${book.spine_mm.toFixed(1)} mm` : "",
      working ? `proof ${Math.round((proof.done / proof.total) * 100)}%` : ""]));
}

/** @param {string} name @param {string[]} figures */
function group(name, figures) {
  return h("span", { class: "figures" }, h("span", { class: "label" }, name), ...figures.filter(Boolean).map((each) => h("span", {}, each)));
}

/** @param {number} minutes */
function time(minutes) {
  if (!minutes) return "";
  return minutes < 60 ? `${minutes} min to read` : `${Math.floor(minutes / 60)} h ${minutes % 60} min to read`;
}

function pulse() {
  $("#pulse").dataset.link = link;
  const figures = [took.reflow === null ? "" : `${took.reflow} ms`, took.print === null ? "" : `pages ${took.print} ms`].filter(Boolean);
  const live = figures.length ? figures.join(" · ") : "Live";
  $("#pulse-text").textContent = { live, waiting: "Connecting", lost: "Not connected" }[link] ?? link;
  $("#pulse").title = { live: "From your last save to the screen", waiting: "", lost: "The preview has ended, or was started again under another address" }[link] ?? "";
}

/** Say after a change what is another; not at every stroke of a busy editor. */
const say = calm(2000, () => {
  const now = tally();
  const more = now - before;
  before = now;
  const news = more > 0 ? `, ${counted(more, "new problem")}` : more < 0 ? `, ${counted(-more, "problem")} mended` : "";
  $("#announce").textContent = `${chapter()?.title ?? "Chapter"} updated${news}.`;
});
