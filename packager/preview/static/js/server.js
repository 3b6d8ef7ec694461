// @ts-check
/** The line to the server: questions, small orders, and the stream of news. */

import { model, on, tell } from "./model.js";

const KINDS = ["state", "chapter", "css", "pages", "proof", "failed"];
/** Milliseconds after which a stream that was refused is tried again. */
const AGAIN = 2000;

/** @type {EventSource | null} */
let stream = null;
let timer = 0;

/**
 * Ask for JSON; null where there is none.
 * @param {string} address
 */
export async function ask(address) {
  const answer = await fetch(address);
  return answer.ok ? answer.json() : null;
}

/**
 * Ask for text; null where there is none.
 * @param {string} address
 */
export async function read(address) {
  const answer = await fetch(address);
  return answer.ok ? answer.text() : null;
}

/**
 * Order something; says whether it was done.
 * @param {string} address
 * @param {any} data
 */
export async function order(address, data) {
  try {
    const headers = { "Content-Type": "application/json" };
    return (await fetch(address, { method: "POST", headers, body: JSON.stringify(data), keepalive: true })).ok;
  } catch {
    return false;
  }
}

/** Listen for news while the page is seen: browsers allow six connections to a host, shared by all tabs. */
export function listen() {
  document.addEventListener("visibilitychange", attend);
  addEventListener("pagehide", close);
  addEventListener("pageshow", attend);
  on("save", (settings) => order("/api/settings", settings));
  attend();
}

function attend() {
  if (document.hidden) close();
  else if (!stream || stream.readyState === EventSource.CLOSED) open();
}

function close() {
  clearTimeout(timer);
  stream?.close();
  stream = null;
}

function open() {
  close();
  stream = new EventSource(`/events?rev=${model.state?.rev ?? 0}`);
  stream.addEventListener("open", () => tell("link", "live"));
  stream.addEventListener("error", () => {
    tell("link", "lost");
    if (stream?.readyState === EventSource.CLOSED) timer = setTimeout(attend, AGAIN);
  });
  for (const kind of KINDS) {
    stream.addEventListener(kind, (event) => tell(kind, JSON.parse(/** @type {MessageEvent} */ (event).data)));
  }
}
