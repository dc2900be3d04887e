// The deck's queue: what sounds and what will, first heard first.

import { colour, h, say } from "./dom.js";
import { nodes, on, rows } from "./store.js";

const SIGNS = { playing: "▶", bridging: "↻", landing: "⤓", ready: "✓", rendering: "◔", planned: "○" };

const time = seconds => (seconds === "-" ? "" : `${Number(seconds).toFixed(seconds < 10 ? 1 : 0)} s`);

function chip() {
  const state = h("span.state"),
    when = h("span.when"),
    words = h("span.words"),
    share = h("span.share");
  const element = h("li.chunk", {}, share, h("div.top", {}, state, when), words);
  const draw = ([name, seconds, made, category, seed, alpha, prompt], node) => {
    element.dataset.state = name;
    element.style.setProperty("--tint", colour(node, category));
    say(state, `${SIGNS[name] ?? "·"} ${name}`);
    say(when, name === "playing" || name === "bridging" ? "now" : time(seconds));
    say(words, `${category} ${seed}${prompt ? " · " + prompt : ""}`);
    element.title = `${category}, seed ${seed}, alpha ${alpha}: ${prompt ?? ""}`;
    share.style.width = `${Number(made) * 100}%`;
  };
  return { element, draw };
}

/** The strip; hidden while the engine tells no queue. */
export function queue(deck) {
  const path = `/deck/${deck}`,
    list = h("ol.queue", { ariaLabel: `queue of deck ${deck}` }),
    chips = [];
  on(`${path}/chunks`, text => {
    const told = rows(text);
    while (chips.length < told.length) {
      chips.push(chip());
      list.append(chips.at(-1).element);
    }
    chips.forEach((each, index) => {
      each.element.hidden = index >= told.length;
      if (told[index]) each.draw(told[index], nodes.get(`${path}/category`));
    });
  });
  list.hidden = !nodes.has(`${path}/chunks`);
  return list;
}

const MADE = { landing: "lands", ready: "ready" };

/** What is to come, in a line: "next in 1.4 s · making 60 %", "next in 1.4 s · ready". */
export function nextLine(deck) {
  const path = `/deck/${deck}/chunks`,
    line = h("span.nextline"),
    bar = h("span.share");
  on(path, text => {
    const next = rows(text).find(([state]) => state === "rendering" || state in MADE);
    const [state, seconds, share] = next ?? ["", "-", 0];
    const made = MADE[state] ?? `making ${Math.round(Number(share) * 100)} %`;
    const when = seconds === "-" ? "next" : `next in ${time(seconds)}`;
    say(line, next ? `${when} · ${made}` : "nothing new to come");
    bar.style.transform = `scaleX(${state === "rendering" ? Number(share) : 0})`;
  });
  return h("div.next", {}, bar, line);
}
