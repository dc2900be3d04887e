// Small words for making the page.

import { ending } from "./store.js";

/** An element: h("button.big", { onclick, ariaLabel: "…" }, "text", child…). */
export function h(name, given = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style")
      for (const [property, css] of Object.entries(value)) element.style.setProperty(property, css);
    else if (key in element && !key.startsWith("aria")) element[key] = value;
    else
      element.setAttribute(
        key.replace(/^aria([A-Z])/, (_, first) => "aria-" + first.toLowerCase()),
        value,
      );
  }
  element.append(...children.flat().filter(child => child !== undefined && child !== null && child !== false));
  return element;
}

/** Set an attribute or text only where it differs: the browser then has nothing to lay out. */
export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
export function attr(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** A short flash: the visible answer to a press. */
export function flash(element, strength = 1) {
  element.animate?.({ opacity: [0.55 * strength, 0] }, { duration: 220, easing: "ease-out", pseudoElement: "::after" });
}

export const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** What a path says beyond its family: "eq low" of /deck/1/eq/low, "tone" of /master/tone. */
export const short = path => path.replace(/^\/(\w+\/\d+\/|\w+\/(?=\w))?/, "").replaceAll("/", " ");
/** The whole path as words, for screen readers. */
export const words = path => path.split("/").slice(1).join(" ");

const COLOURS = {
  drums: "#ff7a59",
  bass: "#5aa9ff",
  synth: "#c58bff",
  mix: "#58d6a9",
  kick: "#ff7a59",
  snare: "#ffb14a",
  hat: "#f4e04d",
  clap: "#ff8fb3",
  perc: "#9adf5a",
  fx: "#5fd7e8",
};
const OTHERS = ["#ffb454", "#7aa2ff", "#4fd6be", "#ff7eb6", "#c3a6ff", "#8fd15f"];
/** The colour of a category; the word always stands beside it. */
export const colour = (node, value) =>
  COLOURS[value] ?? OTHERS[Math.max(0, node?.range?.VALS?.indexOf(value) ?? 0) % OTHERS.length];

/** Functions called with every picture (milliseconds) while their element can be seen. */
const moving = new Map();
const seen = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) if (moving.has(target)) moving.get(target).visible = isIntersecting;
});
export function animate(element, step) {
  moving.set(element, { step, visible: false });
  seen.observe(element);
  ending(() => {
    moving.delete(element);
    seen.unobserve(element);
  });
}
export function move(now) {
  for (const each of moving.values()) if (each.visible) each.step(now);
}
