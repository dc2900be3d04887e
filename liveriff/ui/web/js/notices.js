// Sentences for the performer: they come up below, and leave by themselves; the log keeps them.

import { h } from "./dom.js";
import { on } from "./store.js";

const STAY_MS = 5000,
  MOST = 3;

export function notices(place) {
  const show = sentence => {
    if (!sentence || [...place.children].some(each => each.textContent === sentence)) return;
    const toast = h("div.toast", { onclick: () => toast.remove() }, sentence);
    place.append(toast);
    while (place.children.length > MOST) place.firstChild.remove();
    setTimeout(() => toast.remove(), STAY_MS);
  };
  addEventListener("notice", event => show(event.detail));
  let last = null;
  on("/status/message", sentence => {
    if (last !== null && sentence !== last) show(sentence); // what was said before this page came is in the log
    last = sentence;
  });
}
