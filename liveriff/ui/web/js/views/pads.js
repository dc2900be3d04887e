// The pads, as on an MPC: pad 1 is bottom left. Each finger plays its own; the higher on the pad the louder, or as hard
// as it presses where the glass feels that. Keys: the left half of a keyboard is the grid. The pad last touched can be
// changed beside the grid.

import { pressed } from "../buttons.js";
import { controls } from "../control.js";
import { isOpen, pull, set } from "../door.js";
import { attr, colour, flash, h, say } from "../dom.js";
import { below, ending, has, nodes, numbers, on, scoped, values } from "../store.js";

const ALL = [
  "/pad/kit",
  "/pad/kit/seed",
  "/pad/kit/make",
  "/pads/level",
  "/pads/capture/from",
  "/pads/capture/beats",
];
const SOFTEST = 0.25,
  KEY_VELOCITY = 0.8,
  PAGE = 16,
  ROW = 4,
  EDIT_DELAY_MS = 200;
const KEYS = [
  "KeyZ",
  "KeyX",
  "KeyC",
  "KeyV",
  "KeyA",
  "KeyS",
  "KeyD",
  "KeyF",
  "KeyQ",
  "KeyW",
  "KeyE",
  "KeyR",
  "Digit1",
  "Digit2",
  "Digit3",
  "Digit4",
];

/** Hear of the window's events as long as this view stands. */
function listen(name, act) {
  addEventListener(name, act);
  ending(() => removeEventListener(name, act));
}

/** Velocity 0..1 of a finger: its pressure where the glass feels one (0.5 and 0 mean that it does not), or its height. */
function velocity(event, element) {
  const feels = event.pointerType === "pen" || (event.pointerType === "touch" && ![0, 0.5, 1].includes(event.pressure));
  if (feels && event.pressure > 0) return Math.max(0.05, Math.min(1, event.pressure));
  const box = element.getBoundingClientRect();
  return Math.min(1, Math.max(SOFTEST, SOFTEST + (1 - SOFTEST) * 1.15 * (1 - (event.clientY - box.top) / box.height)));
}

function pad(n, edit) {
  const at = name => `/pad/${n}/${name}`,
    down = new Set();
  const category = h("span.category"),
    prompt = h("span.words"),
    state = h("span.state");
  const ring = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  ring.setAttribute("viewBox", "0 0 36 36");
  ring.setAttribute("aria-hidden", "true");
  ring.innerHTML =
    '<circle cx="18" cy="18" r="15.5" pathLength="1"></circle><circle class="done" cx="18" cy="18" r="15.5" pathLength="1"></circle>';
  const element = h(
    "button.pad.flashable",
    { type: "button" },
    h("span.number", {}, String(n)),
    ring,
    " ", // between what is read out as words
    category,
    " ",
    prompt,
    " ",
    state,
  );
  element.dataset.path = at("trigger");

  const name = () => {
    const parts = [category, prompt, state].map(each => each.textContent).filter(Boolean);
    attr(element, "aria-label", ["pad", n, ...parts].join(" "));
  };
  on(at("category"), value => {
    say(category, value);
    element.style.setProperty("--tint", colour(nodes.get(at("category")), value));
    name();
  });
  on(at("prompt"), words => {
    say(prompt, words);
    name();
  });
  const draw = () => {
    const made = values.get(at("progress")) ?? 1,
      word = values.get(at("state")) ?? "";
    attr(element, "data-state", word);
    ring.lastChild.style.strokeDashoffset = 1 - made;
    say(state, word === "rendering" ? `${Math.round(made * 100)} %` : word === "ready" ? "" : word);
    name();
  };
  on(at("progress"), draw);
  on(at("state"), draw);
  on(at("voices"), count => element.classList.toggle("sounding", count > 0));
  on(at("trigger") + "#event", () => {
    const hit = values.get(at("trigger"));
    if (hit > 0) flash(element, hit);
  });

  const strike = (key, hit) => {
    if (!pull(at("trigger"), hit)) return;
    down.add(key);
    element.classList.add("held");
    flash(element, hit);
    edit(n);
  };
  const release = key => {
    if (!down.delete(key) || down.size) return;
    element.classList.remove("held");
    if (isOpen()) pull(at("trigger"), 0);
  };
  element.addEventListener("pointerdown", event => {
    if (event.button > 0) return;
    element.setPointerCapture(event.pointerId);
    strike(event.pointerId, velocity(event, element));
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    element.addEventListener(end, event => release(event.pointerId));
  element.addEventListener("contextmenu", event => event.preventDefault());
  element.addEventListener("keydown", event => {
    if (!event.repeat && [" ", "Enter"].includes(event.key)) {
      strike("key", KEY_VELOCITY);
      event.preventDefault();
    }
  });
  element.addEventListener("keyup", event => {
    if ([" ", "Enter"].includes(event.key)) {
      release("key");
      event.preventDefault();
    }
  });
  listen("blur", () => [...down].forEach(release));
  return { n, element, strike, release };
}

/** The controls of one pad. */
function editor() {
  const panel = h("section.editor", { ariaLabel: "the pad last touched" });
  let shown = 0,
    timer = 0,
    end = () => {};
  const show = n => {
    if (n === shown) return;
    shown = n;
    end();
    end = scoped(() => {
      const paths = below(`/pad/${n}`)
        .filter(node => node.access >= 2 && !node.path.endsWith("/trigger"))
        .map(node => node.path);
      panel.replaceChildren(h("h3", {}, `pad ${n}`), ...controls(paths));
    });
  };
  return {
    panel,
    show,
    soon: n => {
      clearTimeout(timer);
      timer = setTimeout(show, EDIT_DELAY_MS, n);
    },
  };
}

/** A button for each bank of pads. */
function banks() {
  const path = "/pad/bank",
    buttons = Array.from({ length: nodes.get(path).range.MAX }, (_, index) => {
      const made = h("button.option.flashable", { type: "button", ariaLabel: `bank ${index + 1}` }, `bank ${index + 1}`);
      pressed(made, () => set(path, index + 1));
      return made;
    });
  on(path, bank => buttons.forEach((each, index) => attr(each, "aria-pressed", index + 1 === bank)));
  const group = h("div.radio", { role: "group", ariaLabel: "pad bank", title: nodes.get(path).doc }, buttons);
  group.dataset.path = path;
  return group;
}

export function pads() {
  const side = editor(),
    all = numbers("pad").map(n => pad(n, side.soon)),
    order = [...all.keys()].sort((a, b) => Math.floor(b / ROW) - Math.floor(a / ROW) || a - b);
  const grid = h(
    "div.grid",
    {},
    order.map(index => all[index].element),
  );
  const page = () => (all.length > PAGE ? (values.get("/pad/bank") ?? 1) - 1 : 0);
  const turn = () =>
    all.forEach((each, index) => {
      each.element.hidden = Math.floor(index / PAGE) !== page();
    });
  if (has("/pad/bank")) on("/pad/bank", turn);
  turn();
  if (all.length) side.show(all[0].n);
  const view = h(
    "div.pads",
    {},
    h(
      "div.padside",
      {},
      grid,
      h("p.hint", {}, "Higher on a pad is louder. The keys Z X C V, A S D F, Q W E R and 1 2 3 4 play the four rows."),
    ),
    h(
      "div.padside.controls",
      {},
      has("/pad/bank") && h("section.editor", { ariaLabel: "all pads" }, banks(), ...controls(ALL.filter(has))),
      side.panel,
    ),
  );
  const key = event => {
    const struck = all[page() * PAGE + KEYS.indexOf(event.code)];
    if (!struck || !KEYS.includes(event.code) || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!view.isConnected || view.closest("[hidden]") || event.target.matches?.("input,textarea,select")) return;
    if (event.type === "keydown") struck.strike(event.code, KEY_VELOCITY);
    else struck.release(event.code);
  };
  listen("keydown", key);
  listen("keyup", key);
  return view;
}
