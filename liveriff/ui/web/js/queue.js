// The deck's queue: what sounds and what will, first heard first.

import { colour, h, say } from "./dom.js";
import { nodes, on, rows, values } from "./store.js";

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

/** What is to come, in a line: "next in 1.4 s · 60 %". */
export function nextLine(deck) {
  const path = `/deck/${deck}`,
    line = h("span.nextline"),
    bar = h("span.share");
  const draw = () => {
    const seconds = values.get(`${path}/queue`) ?? -1,
      made = values.get(`${path}/progress`) ?? 0;
    const percent = made > 0 && made < 1 ? `making ${Math.round(made * 100)} %` : "";
    say(
      line,
      [seconds >= 0 ? `next in ${seconds.toFixed(1)} s` : "", percent].filter(Boolean).join(" · ") ||
        "nothing new to come",
    );
    bar.style.transform = `scaleX(${made < 1 ? made.toFixed(3) : 0})`;
  };
  on(`${path}/queue`, draw);
  on(`${path}/progress`, draw);
  return h("div.next", {}, bar, line);
}
