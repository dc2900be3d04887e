// The decks: words, picture, queue and the hand on each. What is not placed here by name lies under "more".

import { pressed, radio, toggle, trigger } from "../buttons.js";
import { controls } from "../control.js";
import { set } from "../door.js";
import { attr, colour, h, say } from "../dom.js";
import { field } from "../field.js";
import { meter } from "../meter.js";
import { nextLine, queue } from "../queue.js";
import { slider } from "../slider.js";
import { coming, loop } from "../spectrogram.js";
import { below, has, nodes, numbers, on, values } from "../store.js";
import { xy } from "../xy.js";
import { picker } from "./picker.js";
import { MIXER } from "./mixer.js";
import { MOVES, moves, struck } from "./moves.js";

const ACROSS = "alpha",
  UP = ["density", "brightness", "seed/drift"];
const FACE = ["seed", "model", "preset", "beats", "side"],
  SIGHT = ["density", "brightness", "seed/drift"];
const PLACED = [
  "prompt/a",
  "prompt/b",
  ACROSS,
  "category",
  "level",
  "mute",
  "cue",
  "freeze",
  "next",
  ...FACE,
  ...SIGHT,
  ...MIXER,
  ...MOVES,
];
const EASY_SEEDS = 100_000;

function deck(n) {
  const path = `/deck/${n}`,
    at = name => `${path}/${name}`,
    there = names => names.map(at).filter(has);
  const tint = () => colour(nodes.get(at("category")), values.get(at("category")));
  const pictures = [loop(n, tint), coming(n, tint)];
  const state = h("span.state", { ariaLive: "off" });
  on(at("state"), word => {
    say(state, word);
    attr(state, "data-state", String(word).split(" ")[0]);
  });
  const morph = h("span.morph", { ariaLive: "off" });
  if (has(at("strip")))
    on(at("strip"), share => say(morph, share > 0 ? `morph ${Math.round(100 * share)} % ready` : ""));
  const head = h(
    "header",
    {},
    h("h2", { ariaLabel: `deck ${n}` }, String(n)),
    radio(at("category"), { name: "", tinted: true }),
    state,
    morph,
  );
  const screens = h(
    "div.screens",
    {},
    pictures[0].screen,
    h("div.comingbox", {}, pictures[1].screen, nextLine(n)),
    queue(n),
  );
  const words = h(
    "div.words",
    {},
    ["a", "b"].map(letter => field(at(`prompt/${letter}`), { letter, rows: 2 })),
  );
  const fader = h(
    "div.faderbox",
    {},
    meter(at("peak"), { name: `peak of deck ${n}` }),
    slider(at("level"), { vertical: true, name: "" }),
  );
  const play = h("div.touch", {}, xy(at(ACROSS), there(UP)), fader);
  const buttons = h(
    "div.buttons",
    {},
    trigger(at("next"), { name: "next", kind: "strong" }),
    reroll(at("seed")),
    ...struck(at).slice(0, 1),
    toggle(at("freeze")),
    toggle(at("mute")),
    ...controls(there(["cue"])),
    ...struck(at).slice(1),
  );
  const rest = below(path)
    .filter(node => node.access >= 2 && !PLACED.some(name => at(name) === node.path))
    .map(node => node.path);
  const card = h(
    "article.deck",
    { ariaLabel: `deck ${n}` },
    head,
    screens,
    words,
    play,
    buttons,
    h("div.rows", {}, controls(there(SIGHT))),
    h("div.face", {}, controls(there(FACE))),
    h("details.more", {}, h("summary", {}, "loop, repeat, source"), moves(n, at)),
    h("details.more", {}, h("summary", {}, "more"), h("div.rows", {}, controls(rest))),
  );
  on(at("category"), () => {
    card.style.setProperty("--tint", tint());
    pictures.forEach(each => each.draw());
  });
  const unset = () => {
    const words = values.get(at("prompt/a")),
      plays = !["", "silent", "empty"].includes(values.get(at("state")) ?? "");
    card.classList.toggle("empty", !words && !plays); // its category is nobody's choice
  };
  [at("prompt/a"), at("state")].forEach(each => on(each, unset));
  return card;
}

/** Another seed, by chance: short enough to be read aloud. */
function reroll(path) {
  const button = h(
    "button.trigger.flashable",
    {
      type: "button",
      title: "Another seed by chance",
      ariaLabel: `${path.split("/").slice(1, 3).join(" ")} reroll seed`,
    },
    "reroll",
  );
  pressed(button, () => set(path, Math.floor(Math.random() * Math.min(EASY_SEEDS, nodes.get(path).range.MAX))));
  return button;
}

export const PICTURES = () =>
  numbers("deck")
    .flatMap(n => [`/deck/${n}/spectrogram`, `/deck/${n}/coming`])
    .filter(has);

export function decks() {
  const cards = numbers("deck").map(deck);
  return h("div.decks", {}, picker(cards, "deck"), h("div.cards", {}, cards));
}
