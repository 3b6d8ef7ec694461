// What a page can do beyond reading: notes that pop up at their calls, search in the whole book, arrow keys.
// Without this file every word and every link is there all the same.
"use strict";

(() => {
  const MOST = 60; // results shown
  const AROUND = 70; // letters of context on each side of a result

  // ---- Notes: a copy of the note stands beside its call; Escape or a click elsewhere closes it.
  const note = document.createElement("div");
  const pops = "popover" in note;
  note.id = "_note";
  note.popover = "auto";
  note.tabIndex = -1;
  note.setAttribute("role", "note");
  let called = null;

  function place() {
    const call = called.getBoundingClientRect();
    if (getComputedStyle(note).bottom === "0px") return; // a sheet at the foot of a small window
    const below = call.bottom + 8 + note.offsetHeight < innerHeight;
    const left = Math.min(Math.max(16, call.left - note.offsetWidth / 3), document.documentElement.clientWidth - note.offsetWidth - 16);
    note.style.left = `${left}px`;
    note.style.top = `${below ? call.bottom + 8 : Math.max(8, call.top - 8 - note.offsetHeight)}px`;
  }

  document.addEventListener("click", (event) => {
    const call = event.target.closest("a.noteref");
    if (!call || !pops || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const [address, name] = call.href.split("#");
    const text = address === location.href.split("#")[0] && document.getElementById(decodeURIComponent(name));
    if (!text) return; // the note stands on another page
    event.preventDefault();
    const copy = text.cloneNode(true);
    copy.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
    copy.querySelectorAll(".backlink").forEach((element) => element.remove());
    note.replaceChildren(...copy.childNodes);
    note.lang = call.closest("[lang]").lang;
    called = call;
    document.body.append(note);
    note.showPopover();
    place();
    note.focus({ preventScroll: true });
  });
  note.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && note.contains(document.activeElement)) called.focus({ preventScroll: true });
  });
  addEventListener("scroll", () => note.isConnected && note.matches(":popover-open") && place(), { passive: true });

  // ---- Search: the words of the book come from search.js when they are asked for.
  const open = document.getElementById("_search");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’ʼ]/g, "'").toLowerCase();
  let book = null;
  let panel = null;

  globalThis.packager = {
    found(index) {
      book = index;
      book.plain = book.texts.map(([, , text]) => plain(text));
      show();
    },
  };

  function build() {
    panel = document.createElement("dialog");
    panel.id = "_found";
    panel.setAttribute("aria-label", open.textContent);
    panel.innerHTML =
      '<form><input type="search" autocomplete="off" spellcheck="false"><button type="button"></button></form>' +
      '<p role="status"></p><ol></ol>';
    const field = panel.querySelector("input");
    field.setAttribute("aria-label", open.textContent);
    field.addEventListener("input", show);
    const close = panel.querySelector("button");
    close.textContent = open.dataset.close;
    close.addEventListener("click", () => panel.close());
    panel.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      panel.querySelector("li a")?.click();
    });
    panel.addEventListener("click", (event) => {
      if (event.target === panel || event.target.closest("li a")) panel.close();
    });
    document.body.append(panel);
    const script = document.createElement("script");
    script.src = "search.js";
    document.head.append(script);
  }

  function show() {
    if (!book || !panel) return;
    const asked = plain(panel.querySelector("input").value).split(/\s+/).filter(Boolean);
    const results = [];
    if (asked.join("").length > 1) {
      for (let at = 0; at < book.plain.length && results.length < MOST; at++) {
        if (asked.every((word) => book.plain[at].includes(word))) results.push(at);
      }
    }
    panel.querySelector("ol").replaceChildren(...results.map((at) => result(at, asked)));
    panel.querySelector("p").textContent = asked.join("").length > 1 && !results.length ? open.dataset.none : "";
  }

  function result(at, asked) {
    const [page, id, text] = book.texts[at];
    const [address, title] = book.pages[page];
    // Folding changes lengths only where letters carry marks: near enough for an excerpt.
    const middle = text.lastIndexOf(" ", book.plain[at].indexOf(asked[0])) + 1;
    const start = middle > AROUND ? text.indexOf(" ", middle - AROUND) + 1 : 0;
    const until = (from) => (text.indexOf(" ", from) < 0 ? text.length : text.indexOf(" ", from));
    const word = text.slice(middle, until(middle + asked[0].length));
    const end = until(middle + word.length + AROUND);
    // Browsers that know text fragments show the very word; others go to the place before it.
    const quote = (words) => encodeURIComponent(words).replace(/-/g, "%2D");
    const before = text.slice(start, middle).trim().split(" ").slice(-6).join(" ");
    const link = document.createElement("a");
    link.href = `${address}#${id}:~:text=${before && `${quote(before)}-,`}${quote(word)}`;
    const head = document.createElement("strong");
    head.textContent = title;
    const line = document.createElement("span");
    const mark = document.createElement("mark");
    mark.textContent = word;
    line.append(
      (start ? "… " : "") + text.slice(start, middle), mark,
      text.slice(middle + word.length, end) + (end < text.length ? " …" : ""),
    );
    link.append(head, line);
    const item = document.createElement("li");
    item.append(link);
    return item;
  }

  open.hidden = false;
  open.addEventListener("click", () => {
    if (!panel) build();
    panel.showModal();
    panel.querySelector("input").select();
  });

  // ---- Contents: a long list opens where the reader is.
  const contents = document.getElementById("_contents");
  const here = () => {
    const entry = contents.querySelector("[aria-current]");
    if (entry) contents.scrollTop = entry.offsetTop - contents.clientHeight / 2;
  };
  if (contents) {
    here();
    contents.addEventListener("toggle", here);
  }

  // ---- Tables: the keyboard stops only at those that scroll.
  const boxes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const box = target.closest(".table-box");
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  });
  document.querySelectorAll(".table-box, .table-box > table").forEach((element) => boxes.observe(element));

  // ---- Keys: the arrows turn pages, / searches.
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (event.target.closest("input, dialog, [tabindex]") || getSelection().toString()) return;
    const onward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const link = document.querySelector(event.key === onward ? "#_turn .next" : "#_turn .previous");
      if (link) location.assign(link.href);
    } else if (event.key === "/") {
      event.preventDefault();
      open.click();
    }
  });
})();
