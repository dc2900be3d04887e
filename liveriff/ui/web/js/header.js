// What is always in sight: where we are, how fast, in which key, and the way out.

import { list, pressed, radio, toggle, trigger } from "./buttons.js";
import { link, pull, retryNow } from "./door.js";
import { animate, attr, h, say } from "./dom.js";
import { follow, speed } from "./follow.js";
import { meter } from "./meter.js";
import { slider } from "./slider.js";
import { has, nodes, on } from "./store.js";

const BAR = 4,
  NUDGE_BEATS = 0.02;

function place() {
  const bar = h("span.bar"),
    beat = h("span.beat"),
    lamps = Array.from({ length: BAR }, () => h("i"));
  const element = h(
    "div.place",
    { role: "timer", ariaLabel: "bar and beat" },
    h("div.numbers", {}, bar, h("span.point", {}, "."), beat),
    h("div.lamps", { ariaHidden: true }, lamps),
  );
  const at = follow("/status/beat", speed);
  let last = -1;
  animate(element, now => {
    const beats = Math.max(0, Math.floor(at(now) + 1e-4));
    if (beats === last) return;
    last = beats;
    say(bar, String(Math.floor(beats / BAR) + 1));
    say(beat, String((beats % BAR) + 1));
    lamps.forEach((lamp, index) => lamp.classList.toggle("lit", index === beats % BAR));
  });
  return element;
}

function nudges() {
  if (!has("/tempo/nudge")) return null;
  const make = (name, label, beats) => {
    const button = h(
      "button.trigger.flashable",
      { type: "button", ariaLabel: label, title: nodes.get("/tempo/nudge").doc },
      name,
    );
    pressed(button, () => pull("/tempo/nudge", beats));
    return button;
  };
  return h("div.pair", {}, make("◂", "nudge earlier", -NUDGE_BEATS), make("▸", "nudge later", NUDGE_BEATS));
}

function recording() {
  if (!has("/record")) return null;
  const name = h("span.file"),
    button = toggle("/record", { kind: "record", name: "rec" });
  if (has("/status/recording"))
    on("/status/recording", file => {
      say(name, file);
      name.hidden = !file;
    });
  return h("div.recording", {}, button, name);
}

/** The connection in a word; a press tries again at once. */
export function connection() {
  const word = h("span", {}),
    button = h(
      "button.connection",
      { type: "button", ariaLive: "polite", onclick: retryNow },
      h("span.lamp", { ariaHidden: true }),
      word,
    );
  const draw = () => {
    button.dataset.state = link.state;
    say(word, { open: "live", connecting: "connecting", waiting: "no connection", locked: "locked" }[link.state]);
    attr(button, "title", link.sentence);
  };
  addEventListener("link", draw);
  draw();
  return button;
}

/** On a narrow screen tempo and key are behind this. */
function unfold() {
  const button = h(
    "button.unfold",
    {
      type: "button",
      ariaExpanded: false,
      ariaLabel: "tempo and key",
      onclick: () => {
        const open = document.getElementById("top").classList.toggle("open");
        attr(button, "aria-expanded", open);
        say(button, open ? "▴" : "▾");
      },
    },
    "▾",
  );
  return button;
}

export function header() {
  return [
    place(),
    h("div.group.tempo", {}, slider("/tempo/bpm", { name: "" }), trigger("/tempo/tap", { name: "tap" }), nudges()),
    h(
      "div.group.key",
      {},
      list("/key/tonic", { name: "key" }),
      radio("/key/mode", { name: "" }),
      list("/quantum", { name: "lands on" }),
    ),
    h(
      "div.group.transport",
      {},
      toggle("/play", { kind: "play", name: "play" }),
      trigger("/stop", { name: "■ stop" }),
      recording(),
      trigger("/panic", { kind: "panic", name: "panic" }),
    ),
    meter("/status/peak", { across: true, name: "peak of the mix" }),
    unfold(),
  ].filter(Boolean);
}
