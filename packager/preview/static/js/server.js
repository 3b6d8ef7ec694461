// @ts-check
/** The line to the server: questions, small orders, and the stream of news. */

import { model, on, tell } from "./model.js";

const KINDS = ["state", "chapter", "css", "pages", "proof", "failed"];
/** Milliseconds after which a stream that was refused is tried again. */
const AGAIN = 2000;

/** @type {EventSource | null} */
let stream = null;
let timer = 0;
/** The place in the line for the stream. @type {AbortController | null} */
let place = null;
const others = new BroadcastChannel("packager");

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

/**
 * Listen for news while the page is seen.
 *
 * Browsers allow six connections to a host, shared by all tabs and windows, and a stream holds one for ever: so one page
 * among those that are seen has the stream, and passes on what it hears. Who comes back asks for the state.
 */
export function listen() {
  document.addEventListener("visibilitychange", attend);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) attend(); });
  others.addEventListener("message", ({ data }) => { if (!document.hidden) tell(data.kind, data.news); });
  on("save", (settings) => order("/api/settings", settings));
  tell("link", "live");
  join();
}

async function attend() {
  if (document.hidden) return leave();
  join();
  try {
    const state = await ask("/api/state");
    if (state) tell("state", state);
    tell("missed");
  } catch {
    tell("link", "lost");
  }
}

/** Stand in line for the stream. */
function join() {
  if (place) return;
  place = new AbortController();
  const { signal } = place;
  // Only this machine's addresses are secure contexts, which have locks.
  if (!navigator.locks) return open();
  const turn = () => new Promise((done) => {
    signal.addEventListener("abort", () => done(undefined));
    open();
  });
  navigator.locks.request("packager-stream", { signal }, turn).catch(() => {});
}

function leave() {
  place?.abort();
  place = null;
  clearTimeout(timer);
  stream?.close();
  stream = null;
}

function open() {
  let first = true;
  stream = new EventSource(`/events?rev=${model.state?.rev ?? 0}`);
  stream.addEventListener("open", () => { first = true; pass("link", "live"); });
  stream.addEventListener("error", () => {
    pass("link", "lost");
    if (stream?.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN);
  });
  for (const kind of KINDS) {
    stream.addEventListener(kind, (event) => {
      pass(kind, JSON.parse(/** @type {MessageEvent} */ (event).data));
      if (first) pass("missed", null);
      first = false;
    });
  }
}

/** @param {string} kind @param {any} news */
function pass(kind, news) {
  tell(kind, news);
  others.postMessage({ kind, news });
}
