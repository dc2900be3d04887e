// How the machine is: readings, processes, messages, and this page itself.

import { h, say, short } from "../dom.js";
import { text } from "../scale.js";
import { below, counts, ending, has, nodes, on, rows } from "../store.js";
import { link } from "../door.js";

const LISTS = ["/status/processes", "/status/log", "/status/hands", "/status/message"],
  EVERY_MS = 1000,
  SLOW_MS = 250;

function tile(node) {
  const value = h("span.value");
  let shown = 0;
  on(node.path, reading => {
    const now = performance.now(),
      quick = now - shown < SLOW_MS && typeof reading === "number";
    if (quick) return; // numbers that nobody could read
    shown = now;
    say(value, text(nodes.get(node.path) ?? node, reading) || "–");
  });
  return h("div.tile", { title: node.doc }, h("span.name", {}, short(node.path).replaceAll("_", " ")), value);
}

function table(path, heads) {
  if (!has(path)) return null;
  const body = h("tbody");
  on(path, told =>
    body.replaceChildren(
      ...rows(told).map(fields =>
        h(
          "tr",
          {},
          fields.map(each => h("td", {}, each)),
        ),
      ),
    ),
  );
  return h(
    "section.panel.wide",
    {},
    h("h3", {}, short(path)),
    h(
      "div.scroll",
      {},
      h(
        "table",
        {},
        heads &&
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              heads.map(each => h("th", { scope: "col" }, each)),
            ),
          ),
        body,
      ),
    ),
  );
}

/** What this page itself takes. */
function page() {
  const value = h("span.value");
  let before = { ...counts };
  const timer = setInterval(() => {
    const each = key => counts[key] - before[key];
    say(
      value,
      `${each("frames")} pictures/s, ${each("messages")} messages/s, ${(each("bytes") / 1000).toFixed(1)} kB/s`,
    );
    before = { ...counts };
  }, EVERY_MS);
  ending(() => clearInterval(timer));
  return h("div.tile.wide", {}, h("span.name", {}, "this page"), value);
}

/** What the camera of the next tablet opens; the door draws it, with the token where there is one. */
function entrance() {
  const address = link.host.ADDRESS;
  if (!address) return null;
  const near = /^http:\/\/(127\.|localhost|\[::1\])/.test(address);
  return h(
    "section.panel",
    {},
    h("h3", {}, "another tablet"),
    near ? null : h("img.code", { src: "/qr.svg", alt: `QR code of ${address}` }),
    h("p.hint", {}, near ? "Others come in with `liveriff play --lan`." : address),
  );
}

export function health() {
  const plain = below("/status").filter(node => !LISTS.includes(node.path) && node.type !== "b");
  const message = h("p.message");
  if (has("/status/message")) on("/status/message", words => say(message, words));
  const host = h(
    "p.hint",
    {},
    `${link.host.NAME ?? ""} ${link.host.OSC_PORT ? `· OSC at port ${link.host.OSC_PORT}` : ""}`,
  );
  return h(
    "div.health",
    {},
    message,
    h("div.tiles", {}, plain.map(tile), page()),
    table("/status/processes", ["process", "pid", "% of a core", "MB", "state"]),
    table("/midi/monitor", ["controller", "control", "value", "goes to"]),
    table("/status/log"),
    entrance(),
    host,
  );
}
