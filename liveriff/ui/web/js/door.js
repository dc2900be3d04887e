// The connection: reads the tree, listens, sets, and comes back by itself. Of each value only the latest waits to be
// sent, and nothing new is handed over while the last bytes have not left, so no backlog can grow on a slow network.

import { message, read } from "./osc.js";
import { counts, mark, nodes, plant, put, values } from "./store.js";

const BACK_OFF_MS = [250, 500, 1000, 2000, 4000];
const PATIENCE_MS = 5000,
  SETTLE_MS = 60,
  QUIET_MS = 4000, // nothing heard for so long: ask; for twice as long: nobody is there
  LOOK_MS = 1000,
  MOST_BUFFERED = 16384;

export const link = { state: "connecting", sentence: "Connecting…", host: {} };
let socket = null,
  attempt = 0,
  changed = new Set(),
  changedTimer = 0,
  heardAt = 0,
  told = () => {},
  built = () => {};
const waiting = new Map(),
  held = new Set(),
  muted = new Set();

/** Begin. `onState()`: the link changed; `onTree()`: a tree was read, before its values are heard. */
export function open(onState, onTree) {
  told = onState;
  built = onTree;
  visit();
  addEventListener("online", () => retryNow());
  setInterval(look, LOOK_MS);
}

/** Set a parameter, shown at once here and sent with the next picture; false while the door is shut. */
export function set(path, value) {
  if (!isOpen()) {
    refuse();
    return false;
  }
  put(path, value);
  waiting.set(path, value);
  return true;
}

/** Pull a trigger, sent at once. */
export function pull(path, value = 1) {
  if (!isOpen()) {
    refuse();
    return false;
  }
  send(path, "f", value);
  return true;
}

/** A finger is on the control: nothing is sent against it, here or from the engine, until it leaves. */
export function touch(path, down) {
  if (held.has(path) === down) return;
  held[down ? "add" : "delete"](path);
  drain(true); // the last move goes before the finger's leaving
  if (isOpen()) send(path + "/z", "f", down ? 1 : 0);
}

/** Send what waits; called once a picture. */
export function drain(must = false) {
  if (!waiting.size || !isOpen() || (!must && socket.bufferedAmount > MOST_BUFFERED)) return;
  for (const [path, value] of waiting) send(path, nodes.get(path)?.type ?? "f", value);
  waiting.clear();
}

/** Stop or go on hearing of paths, such as pictures that nobody sees. */
export function quiet(paths, off) {
  for (const path of paths) {
    if (muted.has(path) === off) continue;
    muted[off ? "add" : "delete"](path);
    say(off ? "IGNORE" : "LISTEN", path);
  }
}

export const isOpen = () => socket?.readyState === WebSocket.OPEN;

export function retryNow() {
  if (link.state !== "waiting") return;
  clearTimeout(link.timer);
  visit();
}

// --- inside ---------------------------------------------------------------------------------------------------------

function say(name, path) {
  if (isOpen()) socket.send(JSON.stringify({ COMMAND: name, DATA: path }));
}

function send(path, type, value) {
  counts.sent += 1;
  socket.send(message(path, type, value));
}

function refuse() {
  dispatchEvent(new CustomEvent("notice", { detail: "Not connected: nothing was sent." }));
}

function become(state, sentence) {
  link.state = state;
  link.sentence = sentence;
  told();
}

async function get(path) {
  const answer = await fetch(path, {
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(PATIENCE_MS),
    cache: "no-store",
  });
  if (!answer.ok) throw Object.assign(new Error(`status ${answer.status}`), { status: answer.status });
  return answer.json();
}

async function visit() {
  become("connecting", "Connecting…");
  try {
    link.host = await get("/?HOST_INFO");
    const tree = await get("/");
    await converse(tree);
  } catch (error) {
    // The token came with the address and has become a cookie; where it stands there still, it was the wrong one.
    const tried = new URLSearchParams(location.search).has("token");
    if (error.status === 401) become("locked", tried ? "That is not its word." : "This door asks for its word (token).");
    else later();
  }
}

function converse(tree) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(
      `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/`,
    );
    const patience = setTimeout(() => ws.close(), PATIENCE_MS);
    ws.binaryType = "arraybuffer";
    ws.onopen = () => {
      clearTimeout(patience);
      attempt = 0;
      socket = ws;
      waiting.clear();
      held.clear();
      nodes.clear();
      plant(tree);
      built();
      listen();
      become("open", "Connected");
    };
    ws.onmessage = event => hear(event.data);
    ws.onclose = () => {
      clearTimeout(patience);
      if (socket !== ws) return reject(new Error("refused"));
      socket = null;
      resolve();
      later();
    };
  });
}

/** Everything when someone looks; nothing while the page is hidden. */
function listen() {
  if (document.hidden) return;
  heardAt = performance.now();
  say("LISTEN", "/*");
  for (const path of muted) say("IGNORE", path);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) say("IGNORE", "/*");
  else if (isOpen()) listen();
  else retryNow();
});

/** A network that dies tells nobody, and a socket may take minutes to notice: who hears nothing asks, and who gets no
 *  answer hangs up. A hidden page listens to nothing. */
function look() {
  if (!isOpen() || document.hidden) return;
  const quiet = performance.now() - heardAt;
  if (quiet > 2 * QUIET_MS) hangUp();
  else if (quiet > QUIET_MS) send("/ping", "N");
}

/** At once: a goodbye that nobody answers takes long, too. */
function hangUp() {
  const ws = socket,
    over = ws.onclose;
  ws.onclose = ws.onmessage = null;
  ws.close();
  over();
}

function later() {
  const pause = BACK_OFF_MS[Math.min(attempt++, BACK_OFF_MS.length - 1)] * (0.8 + 0.4 * Math.random());
  link.timer = setTimeout(visit, pause);
  become("waiting", `No connection. Trying again (${attempt})…`);
}

function hear(data) {
  heardAt = performance.now();
  counts.messages += 1;
  counts.bytes += data.length ?? data.byteLength;
  if (typeof data === "string") return command(JSON.parse(data));
  const [path, value] = read(data);
  if (nodes.get(path)?.trigger) {
    values.set(path, value);
    mark(path + "#event");
    mark(path);
  } else if (!held.has(path) && !waiting.has(path)) put(path, value);
}

function command({ COMMAND: name, DATA: data }) {
  if (name === "PATH_CHANGED") {
    changed.add(data);
    clearTimeout(changedTimer);
    changedTimer = setTimeout(reread, SETTLE_MS);
  } else if (name === "ERROR") dispatchEvent(new CustomEvent("notice", { detail: data }));
}

async function reread() {
  const paths = changed;
  changed = new Set();
  try {
    if (paths.size > 4) plant(await get("/"));
    else for (const path of paths) plant(await get(path));
  } catch {
    /* the connection is going, and the tree is read again with the next one */
  }
}
