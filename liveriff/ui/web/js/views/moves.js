// What a hand does with a deck by the beat: fill, loop, repeat while held, back, swap, copy; and what chunks start from.

import { list, pressed, toggle, trigger } from "../buttons.js";
import { controls } from "../control.js";
import { pull, set } from "../door.js";
import { attr, h, words } from "../dom.js";
import { has, nodes, numbers, on, values } from "../store.js";

const LOOP = "4",
  OFF = "off";
/** Parts of a deck's path that are placed here. */
export const MOVES = [
  ...["fill", "fill/beats", "back", "swap", "copy", "loop", "loop/halve", "loop/double", "repeat", "evolve", "solo"],
  ...["source", "source/deck", "source/file", "strength"],
];

/** A button that is written on by hand. */
function button(name, label, title, ...more) {
  return h("button.trigger.flashable", { type: "button", ariaLabel: label, title }, name, ...more);
}

/** Loop on and off, half and double; what is set stands on it. */
function looping(path) {
  const main = button("loop", words(path), nodes.get(path).doc);
  let last = LOOP;
  on(path, value => {
    if (value !== OFF) last = value;
    attr(main, "aria-pressed", value !== OFF);
    main.textContent = value === OFF ? "loop" : `loop ${value}`;
  });
  pressed(main, () => set(path, values.get(path) === OFF ? last : OFF));
  const half = trigger(`${path}/halve`, { name: "÷2" }),
    twice = trigger(`${path}/double`, { name: "×2" });
  return h("div.looping", {}, main, half, twice, list(path, { name: "" }));
}

/** Beat repeat: as long as the finger is down. */
function repeating(path) {
  const lengths = nodes.get(path).range.VALS.filter(length => length !== OFF);
  const buttons = lengths.map(length => {
    const each = button(length, `${words(path)} ${length}`, nodes.get(path).doc);
    const release = () => values.get(path) === length && set(path, OFF);
    pressed(each, event => {
      if (event.pointerId !== undefined && event.type === "pointerdown") each.setPointerCapture(event.pointerId);
      set(path, event.type === "click" && values.get(path) === length ? OFF : length);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) each.addEventListener(end, release);
    on(path, value => attr(each, "aria-pressed", value === length));
    return each;
  });
  return h("div.labelled", {}, h("span.name", {}, "repeat while held"), h("div.repeating", {}, buttons));
}

/** The sound of another deck. */
function copying(path, n) {
  const decks = numbers("deck").filter(each => each !== n);
  const buttons = decks.map(each => {
    const made = button(String(each), `${words(path)} from deck ${each}`, nodes.get(path).doc);
    pressed(made, () => pull(path, each));
    return made;
  });
  return h("div.labelled", {}, h("span.name", {}, "copy from deck"), h("div.repeating", {}, buttons));
}

/** The buttons that are struck most, for the row of buttons. */
export const struck = at => [
  has(at("fill")) && trigger(at("fill"), { name: "fill" }),
  has(at("back")) && trigger(at("back"), { name: "back" }),
  has(at("swap")) && trigger(at("swap"), { name: "swap" }),
  has(at("solo")) && toggle(at("solo")),
];

/** The rest: under the buttons. */
export function moves(n, at) {
  return h(
    "div.moves",
    {},
    has(at("loop")) && looping(at("loop")),
    has(at("repeat")) && repeating(at("repeat")),
    h("div.face", {}, controls([at("fill/beats"), at("evolve")])),
    has(at("copy")) && copying(at("copy"), n),
    h("div.rows", {}, controls(["source", "source/deck", "source/file", "strength"].map(at))),
  );
}
