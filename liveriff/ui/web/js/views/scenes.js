// Scenes and presets, and the steps back.

import { trigger } from "../buttons.js";
import { control, controls } from "../control.js";
import { set } from "../door.js";
import { attr, flash, h } from "../dom.js";
import { field } from "../field.js";
import { below, has, nodes, numbers, on, values } from "../store.js";
import { picker } from "./picker.js";

/** All texts on offer as large buttons, the present one marked. */
function offers(path, { name }) {
  const box = h("div.offersgrid", { role: "group", ariaLabel: name });
  const draw = () => {
    box.replaceChildren(
      ...(nodes.get(path)?.offers ?? []).map(text =>
        h(
          "button.offer.flashable",
          {
            type: "button",
            ariaPressed: text === values.get(path),
            onclick: event => {
              set(path, text);
              flash(event.currentTarget);
            },
          },
          text,
        ),
      ),
    );
  };
  on(path + "#node", draw);
  on(path, value => {
    for (const each of box.children) attr(each, "aria-pressed", each.textContent === value);
  });
  draw();
  return h("div", {}, box, field(path, { name: "by name" }));
}

function presets() {
  const decks = numbers("deck").filter(n => has(`/deck/${n}/preset`));
  if (!decks.length) return null;
  const cards = decks.map(n => h("div.card", {}, offers(`/deck/${n}/preset`, { name: `presets for deck ${n}` })));
  return h("section.panel.wide", {}, h("h3", {}, "preset"), picker(cards, "deck", true), h("div.onecard", {}, cards));
}

export function scenes() {
  const time = ["/tempo", "/key"]
    .flatMap(path => below(path))
    .filter(node => node.access === 3)
    .map(node => node.path);
  const steps = ["/undo", "/redo"].filter(has).map(path => trigger(path, { kind: "strong" }));
  return h(
    "div.scenes",
    {},
    h("div.buttons.wide", {}, steps),
    h("section.panel.wide", {}, h("h3", {}, "scene"), offers("/scene", { name: "scenes" })),
    presets(),
    h("section.panel.wide", {}, h("h3", {}, "time and key"), h("div.spread", {}, controls(time), control("/quantum"))),
  );
}
