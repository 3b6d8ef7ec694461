// @ts-check
/** Both views at the same place of the text: the one that the reader's hand is on leads, the other follows. */

import { calm } from "./dom.js";
import { model, on, set, shownView } from "./model.js";
import * as pages from "./pages.js";
import * as reflow from "./reflow.js";

/** @type {"reflow" | "print"} */
let leader = "reflow";

/** Name the view that leads. */
export const led = () => (shownView() === "both" ? leader : shownView());

/** Tie the views together, and keep the place in the address and the settings. */
export function start() {
  on("lead", (name) => (leader = name));
  on("scroll", (name) => {
    if (name !== led()) return;
    pull();
    keep();
  });
  on("laid", pull);
  on("shown", () => { pull(); keep(); });
}

/** Bring the following view to the leading one's place. */
export function pull() {
  if (led() === "reflow") {
    const place = reflow.place();
    if (place) pages.follow(place);
  } else {
    const place = pages.place();
    if (place) reflow.follow(place);
  }
}

const keep = calm(300, () => {
  const place = led() === "reflow" ? reflow.place() : pages.place();
  const line = place?.line ?? 0;
  const address = `#${model.id}${line ? `/L${line}` : ""}`;
  if (address !== location.hash) history.replaceState(null, "", address);
  if (model.id !== model.settings.chapter || line !== model.settings.line) set({ chapter: model.id, line });
});
