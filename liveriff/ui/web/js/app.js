// The page: header, views and the beat of its pictures.

import * as door from "./door.js";
import { attr, h, move } from "./dom.js";
import { connection, header } from "./header.js";
import { notices } from "./notices.js";
import { counts, flush, nodes, scoped, values } from "./store.js";
import { all } from "./views/all.js";
import { PICTURES, decks } from "./views/decks.js";
import { health } from "./views/health.js";
import { mixer } from "./views/mixer.js";
import { pads } from "./views/pads.js";
import { scenes } from "./views/scenes.js";

const VIEWS = { decks, mixer, pads, scenes, health, all };
const $ = id => document.getElementById(id);
const places = new Map();
let built = "",
  ends = [],
  tabs = [],
  shown = "decks";

/** What the instrument is made of; if this is the same after a reconnection, what is drawn can stay. */
const shape = () => JSON.stringify([...nodes.values()].map(({ path, type, range, kind }) => [path, type, range, kind]));

function build() {
  if (built === shape()) return;
  built = shape();
  ends.forEach(end => end());
  ends = [scoped(() => $("header").replaceChildren(...header()))];
  for (const name of Object.keys(VIEWS)) $(name).replaceChildren();
  show(location.hash.slice(1));
}

/** Show a view, building it the first time. */
function show(asked) {
  const name = asked in VIEWS ? asked : "decks",
    place = $(name);
  if (!place.firstChild && nodes.size) ends.push(scoped(() => place.append(h("h2.unseen", {}, name), VIEWS[name]())));
  if ($(name).hidden) places.set(shown, document.querySelector("main").scrollTop);
  for (const each of Object.keys(VIEWS)) $(each).hidden = each !== name;
  document.querySelector("main").scrollTop = places.get(name) ?? 0;
  shown = name;
  tabs.forEach(tab => {
    attr(tab, "aria-selected", tab.dataset.view === name);
    tab.tabIndex = tab.dataset.view === name ? 0 : -1;
  });
  door.quiet(PICTURES(), name !== "decks");
}

function navigation() {
  tabs = Object.keys(VIEWS).map(name =>
    h(
      "button.tab",
      {
        type: "button",
        role: "tab",
        ariaControls: name,
        onclick: () => {
          location.hash = name;
        },
      },
      name,
    ),
  );
  tabs.forEach(tab => {
    tab.dataset.view = tab.textContent;
  });
  $("tabs").append(...tabs);
  $("tabs").addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
    event.preventDefault();
  });
  addEventListener("hashchange", () => show(location.hash.slice(1)));
}

function linkChanged() {
  document.body.dataset.link = door.link.state;
  $("veil").hidden = door.link.state === "open" || (nodes.size > 0 && door.link.state !== "locked");
  $("sentence").textContent = door.link.sentence;
  $("unlock").hidden = door.link.state !== "locked";
  dispatchEvent(new Event("link"));
}

function frame(now) {
  counts.frames += 1;
  flush();
  move(now);
  door.drain();
  requestAnimationFrame(frame);
}

/** Keep the screen lit where the browser allows it (only on https and on this machine itself). */
async function stayAwake() {
  try {
    if (!document.hidden) await navigator.wakeLock?.request("screen");
  } catch {
    /* the battery is low: it may sleep */
  }
}

navigation();
$("link").append(connection());
notices($("notices"));
$("full").hidden = !document.documentElement.requestFullscreen;
$("full").addEventListener("click", () =>
  document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
);
show(location.hash.slice(1));
stayAwake();
document.addEventListener("visibilitychange", stayAwake);
door.open(linkChanged, build);
requestAnimationFrame(frame);
window.liveriff = { counts, nodes, values, set: door.set }; // for the browser's console
