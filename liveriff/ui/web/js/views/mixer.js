// The mixer: a channel for each deck, the returns of the effects, the master and the crossfader.

import { radio, toggle } from "../buttons.js";
import { control, controls } from "../control.js";
import { colour, h, short } from "../dom.js";
import { meter } from "../meter.js";
import { slider } from "../slider.js";
import { below, has, nodes, numbers, on } from "../store.js";
import { picker } from "./picker.js";

/** What a channel has beside its fader, from the top; parts of a deck's path. */
export const MIXER = ["eq/high", "eq/mid", "eq/low", "filter", "send/delay", "send/reverb", "pan", "width"];
const CROSSFADER = "/master/crossfader",
  RETURNS = ["/delay", "/reverb", "/cue", "/input"];

function tinted(element, n) {
  const path = `/deck/${n}/category`;
  on(path, value => element.style.setProperty("--tint", colour(nodes.get(path), value)));
  return element;
}

function role(n) {
  const word = h("span.role");
  on(`/deck/${n}/category`, value => {
    word.textContent = value;
  });
  return word;
}

function fader(n) {
  const at = name => `/deck/${n}/${name}`;
  return tinted(
    h(
      "div.strip",
      { ariaLabel: `deck ${n}` },
      h("h3", {}, String(n), role(n)),
      h(
        "div.faderbox",
        {},
        meter(at("peak"), { name: `peak of deck ${n}` }),
        slider(at("level"), { vertical: true, name: "" }),
      ),
      h("div.buttons", {}, toggle(at("mute")), has(at("solo")) && toggle(at("solo")), has(at("cue")) && toggle(at("cue"))),
      radio(at("side"), { name: "" }),
    ),
    n,
  );
}

function detail(n) {
  return tinted(
    h(
      "div.detail",
      { ariaLabel: `deck ${n}, channel` },
      h("h3", {}, String(n), role(n)),
      controls(MIXER.map(name => `/deck/${n}/${name}`)),
    ),
    n,
  );
}

function master() {
  const sides = ["/status/peak/left", "/status/peak/right"].filter(has);
  const meters = (sides.length ? sides : ["/status/peak"]).map(path =>
    meter(path, { name: `peak of the mix, ${short(path)}` }),
  );
  return h(
    "div.strip.master",
    {},
    h("h3", {}, "master"),
    h("div.faderbox", {}, meters, slider("/master/level", { vertical: true, name: "" })),
    loudness(),
  );
}

function loudness() {
  const rms = h("span"),
    reduction = h("span");
  on("/status/rms", db => {
    rms.textContent = `rms ${db > -100 ? db.toFixed(0) : "-∞"}`;
  });
  on("/status/reduction_db", db => {
    reduction.textContent = `limiter ${db > 0 ? "-" : ""}${Math.abs(db).toFixed(1)}`;
  });
  return h("div.loudness", {}, rms, reduction);
}

const returns = path =>
  h("section.detail", {}, h("h3", {}, path.slice(1)), controls(below(path).map(node => node.path)));

export function mixer() {
  const decks = numbers("deck"),
    details = decks.map(detail);
  const rest = below("/master")
    .map(node => node.path)
    .filter(path => path !== CROSSFADER && path !== "/master/level");
  const effects = RETURNS.filter(path => below(path).length).map(returns);
  return h(
    "div.mixer",
    { style: { "--columns": decks.length + 1 } },
    h("div.strips", {}, decks.map(fader), master()),
    has(CROSSFADER) &&
      h("div.crossfade", {}, h("b", { ariaHidden: true }, "A"), control(CROSSFADER), h("b", { ariaHidden: true }, "B")),
    picker(details, "deck"),
    h("div.details", {}, details, h("section.detail.always", {}, h("h3", {}, "master"), controls(rest))),
    h("div.returns", {}, effects),
  );
}
