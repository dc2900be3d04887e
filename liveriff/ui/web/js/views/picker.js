// On a narrow screen one card at a time.

import { attr, h } from "../dom.js";

/** Buttons that choose which of some cards is shown; the style sheet hides them where all fit, unless `always`. */
export function picker(cards, name, always = false) {
  const buttons = cards.map((card, index) =>
    h("button.option", { type: "button", role: "tab", onclick: () => choose(index) }, `${name} ${index + 1}`),
  );
  const choose = chosen =>
    cards.forEach((card, index) => {
      card.classList.toggle("chosen", index === chosen);
      attr(buttons[index], "aria-selected", index === chosen);
    });
  choose(0);
  const row = h("div.picker", { role: "tablist", ariaLabel: name }, buttons);
  row.classList.toggle("always", always);
  return row;
}
