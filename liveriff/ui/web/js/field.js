// Fields for words and for large whole numbers. What is typed is sent with Enter or on leaving the field; until then
// the field says so, and nothing that arrives overwrites it. Escape brings back what is set.

import { set } from "./door.js";
import { flash, h, say, short, words } from "./dom.js";
import { parsed } from "./scale.js";
import { heardPath, nodes, on, values } from "./store.js";

export function field(path, { name = short(path), rows = 1, letter = "" } = {}) {
  const node = () => nodes.get(path),
    number = node().type === "i";
  const input = h(rows > 1 ? "textarea" : "input", {
    spellcheck: false,
    autocomplete: "off",
    ariaLabel: words(path),
    title: node().doc,
    ...(rows > 1 ? { rows } : { type: "text" }),
    ...(number ? { inputMode: "numeric" } : {}),
    enterKeyHint: "send",
  });
  input.dataset.path = path;
  const mark = h("span.mark", { ariaLive: "off" });
  const box = h(
    "div.field.flashable",
    {},
    !letter && h("span.name", {}, name, mark),
    h("div.entry", {}, letter && h("span.letter", {}, h("b", {}, letter), mark), input),
  );
  const dirty = () => input.value !== String(values.get(path) ?? "");
  const state = () => {
    const heard = values.get(heardPath(path)),
      mine = dirty() && document.activeElement === input;
    box.classList.toggle("dirty", mine);
    const said = nodes.has(heardPath(path)) && heard !== undefined;
    say(
      mark,
      mine ? "⏎ Enter" : said && values.get(path) !== "" ? (heard === values.get(path) ? "● heard" : "○ waits") : "",
    );
  };
  const show = () => {
    if (!box.classList.contains("dirty")) input.value = String(values.get(path) ?? "");
    state();
  };
  on(path, show);
  if (nodes.has(heardPath(path))) on(heardPath(path), state);
  const send = () => {
    if (!dirty()) return state();
    const value = number ? parsed(node(), input.value) : input.value;
    box.classList.remove("dirty");
    if (value !== undefined && set(path, value)) flash(box);
    show();
  };
  input.addEventListener("input", state);
  input.addEventListener("change", send);
  input.addEventListener("blur", () => {
    box.classList.remove("dirty");
    show();
  });
  input.addEventListener("keydown", event => {
    event.stopPropagation(); // letters play pads elsewhere
    if (event.isComposing) return; // Enter ends a word of Japanese or Chinese, not the prompt
    if (event.key === "Enter") {
      send();
      event.preventDefault();
    }
    if (event.key === "Escape") {
      input.value = String(values.get(path) ?? "");
      state();
    }
    if (event.key === "ArrowDown" && node().offers?.length) {
      bank();
      event.preventDefault();
    }
  });
  const button = h(
    "button.offers",
    { type: "button", ariaLabel: `offers for ${words(path)}`, ariaHaspopup: "listbox", onclick: () => bank() },
    "▾",
  );
  const bank = () =>
    offers(box, node().offers ?? [], values.get(path), text => {
      if (set(path, text)) flash(box);
      input.focus({ preventScroll: true });
    });
  const offering = () => {
    button.hidden = !node()?.offers?.length;
  };
  on(path + "#node", offering);
  offering();
  input.after(button);
  box.classList.toggle("unheard", !node().audible);
  return box;
}

let openList = null;
/** The texts to pick from, over the page; Escape or a press elsewhere closes it. */
function offers(box, texts, now, pick) {
  openList?.remove();
  const close = () => {
    openList?.remove();
    openList = null;
  };
  const options = texts.map(text =>
    h(
      "button.option",
      {
        type: "button",
        role: "option",
        ariaSelected: text === now,
        onclick: () => {
          close();
          pick(text);
        },
      },
      text,
    ),
  );
  openList = h("div.bank", { role: "listbox", ariaLabel: "offers" }, options);
  openList.addEventListener("keydown", event => {
    const at = options.indexOf(document.activeElement),
      step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      options[(at + step + options.length) % options.length].focus();
      event.preventDefault();
    }
    if (event.key === "Escape") {
      close();
      box.querySelector("input,textarea").focus();
    }
    event.stopPropagation();
  });
  openList.addEventListener("focusout", event => {
    if (openList && !openList.contains(event.relatedTarget)) close();
  });
  box.append(openList);
  (options[texts.indexOf(now)] ?? options[0]).focus();
}
