// A level meter: rises at once, falls 24 dB a second; a thin line holds the highest level for a second.

import { animate, attr, h } from "./dom.js";
import { FLOOR_DB, height } from "./follow.js";
import { on, values } from "./store.js";

const FALL = 24 / -FLOOR_DB / 1000,
  HOLD_MS = 1000,
  LEAST = 0.004;

export function meter(path, { across = false, name = "level" } = {}) {
  const cover = h("span.cover"),
    hold = h("span.hold");
  const element = h(
    "div.meter",
    { role: "meter", ariaLabel: name, "aria-valuemin": FLOOR_DB, "aria-valuemax": 6 },
    cover,
    hold,
  );
  if (across) element.classList.add("across");
  let target = 0,
    at = 0,
    drawn = -1,
    top = 0,
    topTime = 0,
    then = 0,
    fresh = 0;
  on(path, db => {
    target = height(db);
    fresh = performance.now();
  });
  const scale = share => (across ? `scaleX(${share})` : `scaleY(${share})`);
  animate(element, now => {
    const passed = Math.min(100, now - then);
    then = now;
    const goal = now - fresh < 500 ? target : 0; // an engine that is gone makes no sound here
    at = Math.max(goal, at - FALL * passed);
    if (at >= top || now - topTime > HOLD_MS) [top, topTime] = [at, now];
    if (Math.abs(at - drawn) < LEAST) return;
    drawn = at;
    cover.style.transform = scale((1 - at).toFixed(3));
    hold.style.transform = across
      ? `translateX(${(top * 100).toFixed(1)}%)`
      : `translateY(${(-top * 100).toFixed(1)}%)`;
    attr(element, "aria-valuenow", Math.round(values.get(path) ?? -120));
  });
  return element;
}
