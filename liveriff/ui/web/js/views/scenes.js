// Scenes and presets, and the steps back.

import { trigger } from "../buttons.js";
import { control, controls } from "../control.js";
import { set } from "../door.js";
import { attr, flash, h, words } from "../dom.js";
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

/** Saves the deck's sound as a preset. */
const keep = n => saving(`/deck/${n}/preset/save`, "save its sound as", () => values.get(`/deck/${n}/preset`) ?? "");

/** A name to save under, and the button that does it. */
function saving(path, name, offered) {
  if (!has(path)) return null;
  const input = h("input", { type: "text", spellcheck: false, ariaLabel: words(path), title: nodes.get(path).doc });
  const button = h("button.trigger.flashable", { type: "button" }, "save");
  const save = () => {
    const called = input.value.trim() || offered();
    if (called && set(path, called)) {
      flash(button);
      input.value = "";
    }
  };
  button.addEventListener("click", save);
  input.addEventListener("keydown", event => {
    event.stopPropagation(); // letters play pads elsewhere
    if (event.key === "Enter" && !event.isComposing) save();
  });
  input.addEventListener("focus", () => {
    input.placeholder = offered();
  });
  return h("div.field.saving", {}, h("span.name", {}, name), h("div.entry", {}, input, button));
}

/** What the next recording is made of. */
const recording = () =>
  has("/record") &&
  h(
    "section.panel.wide",
    {},
    h("h3", {}, "recording"),
    h("div.spread", {}, controls(["/record", "/record/format", "/record/stems", "/record/chunks"])),
  );

function presets() {
  const decks = numbers("deck").filter(n => has(`/deck/${n}/preset`));
  if (!decks.length) return null;
  const card = n => [
    offers(`/deck/${n}/preset`, { name: `presets for deck ${n}` }),
    h("div.spread", {}, controls([`/deck/${n}/preset/bars`], { name: "takes over in bars" }), keep(n)),
  ];
  const cards = decks.map(n => h("div.card", {}, card(n)));
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
    h("section.panel.wide", {}, h("h3", {}, "scene"), offers("/scene", { name: "scenes" }), saving("/scene/save", "save what is set now as", () => values.get("/scene") ?? "")),
    presets(),
    recording(),
    h("section.panel.wide", {}, h("h3", {}, "time and key"), h("div.spread", {}, controls(time), control("/quantum"))),
  );
}
