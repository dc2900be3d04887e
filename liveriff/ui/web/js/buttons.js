// Buttons that switch, pull and choose.

import { pull, set } from "./door.js";
import { attr, colour, flash, h, say, short, words } from "./dom.js";
import { heardPath, nodes, on, values } from "./store.js";

/** Act the moment the finger comes down, and at Enter or Space; the browser's own click would wait for the release. */
export function pressed(button, act) {
  button.addEventListener("pointerdown", event => {
    if (event.button <= 0) {
      button.dataset.down = "1";
      act(event);
      flash(button);
    }
  });
  button.addEventListener("click", event => {
    if (!button.dataset.down) {
      act(event);
      flash(button);
    }
    delete button.dataset.down;
  });
}

function dims(button, path) {
  const show = () => button.classList.toggle("unheard", !(nodes.get(path)?.audible ?? true));
  on(path + "#node", show);
  show();
}

/** What it is called aloud: the path's words, after what is written on it where that is another word. */
const spoken = (path, name) => (words(path).split(" ").includes(name) ? words(path) : `${name}, ${words(path)}`);

export function toggle(path, { name = short(path), kind = "" } = {}) {
  const button = h(
    "button.switch.flashable",
    { type: "button", title: nodes.get(path).doc, ariaLabel: spoken(path, name) },
    h("span.lamp", { ariaHidden: true }),
    name,
  );
  if (kind) button.classList.add(kind);
  button.dataset.path = path;
  on(path, value => {
    attr(button, "aria-pressed", Boolean(value));
  });
  dims(button, path);
  button.addEventListener("click", () => {
    set(path, !values.get(path));
    flash(button);
  });
  return button;
}

export function trigger(path, { name = short(path), kind = "", value = 1 } = {}) {
  const button = h(
    "button.trigger.flashable",
    { type: "button", title: nodes.get(path).doc, ariaLabel: words(path) },
    name,
  );
  if (kind) button.classList.add(kind);
  button.dataset.path = path;
  on(path + "#event", () => flash(button));
  dims(button, path);
  pressed(button, () => pull(path, value));
  return button;
}

/** One of a few, side by side: a group of radio buttons. The one heard, if another, has a mark below it. */
export function radio(path, { name = short(path), tinted = false } = {}) {
  const node = nodes.get(path),
    heard = heardPath(path);
  const buttons = node.range.VALS.map(option =>
    h(
      "button.option.flashable",
      {
        type: "button",
        role: "radio",
        tabIndex: -1,
        onclick: event => {
          set(path, option);
          flash(event.currentTarget);
        },
        style: tinted ? { "--tint": colour(node, option) } : {},
      },
      String(option),
    ),
  );
  const group = h("div.radio", { role: "radiogroup", ariaLabel: words(path), title: node.doc }, buttons);
  group.dataset.path = path;
  const draw = () =>
    buttons.forEach((button, index) => {
      const option = node.range.VALS[index],
        chosen = option === values.get(path);
      attr(button, "aria-checked", chosen);
      button.tabIndex = chosen ? 0 : -1;
      button.classList.toggle("heard", nodes.has(heard) && option === values.get(heard) && !chosen);
    });
  on(path, draw);
  if (nodes.has(heard)) on(heard, draw);
  dims(group, path);
  group.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const at = buttons.findIndex(button => button.tabIndex === 0);
    const next = (at + step + buttons.length) % buttons.length;
    set(path, node.range.VALS[next]);
    buttons[next].focus();
    event.preventDefault();
  });
  return name ? h("div.labelled", {}, h("span.name", {}, name), group) : group;
}

/** One of many: the browser's own list. */
export function list(path, { name = short(path) } = {}) {
  const node = nodes.get(path);
  const select = h("select", { ariaLabel: words(path), title: node.doc });
  select.dataset.path = path;
  const fill = () =>
    select.replaceChildren(...node.range.VALS.map(option => h("option", { value: option }, String(option))));
  fill();
  on(path, value => {
    select.value = value;
  });
  select.addEventListener("change", () => set(path, node.range.VALS[select.selectedIndex]));
  const box = h("label.labelled", {}, h("span.name", {}, name), select);
  dims(box, path);
  return box;
}

/** A reading, as text. */
export function reading(path, { name = short(path), show } = {}) {
  const value = h("span.value");
  on(path, told => say(value, show(told)));
  return h("div.reading", { title: nodes.get(path).doc }, h("span.name", {}, name), value);
}
