// Two parameters under one finger: right and up are more. The dot is what is set, the ring what is heard, the cross
// where a controller stands.

import { set, touch } from "./door.js";
import { attr, h, say, short } from "./dom.js";
import { clamp, fromTravel, text, toTravel } from "./scale.js";
import { ending, hands, heardPath, nodes, on, scoped, values } from "./store.js";

/** xPath against one of yPaths, which a button beside the pad chooses. */
export function xy(xPath, yPaths) {
  let yPath = yPaths[0],
    end = () => {};
  ending(() => end());
  const dot = h("span.dot"),
    ring = h("span.ring"),
    cross = h("span.cross"),
    lines = [h("span.line.across"), h("span.line.up")];
  const xName = h("span.axis.x"),
    yName = h("span.axis.y");
  const surface = h(
    "div.xy.flashable",
    { role: "slider", tabIndex: 0, title: "One finger for both; arrow keys move it" },
    ...lines,
    cross,
    ring,
    dot,
    xName,
    yName,
  );
  surface.dataset.path = xPath;
  const at = path => toTravel(nodes.get(path), values.get(path) ?? 0);
  const place = (mark, x, y) => {
    mark.style.left = `${x * 100}%`;
    mark.style.bottom = `${y * 100}%`;
  };
  const draw = () => {
    const x = at(xPath),
      y = at(yPath);
    place(dot, x, y);
    lines[0].style.bottom = `${y * 100}%`;
    lines[1].style.left = `${x * 100}%`;
    const [hx, hy] = [xPath, yPath].map(path => (nodes.has(heardPath(path)) ? at(heardPath(path)) : at(path)));
    place(ring, hx, hy);
    ring.classList.toggle("there", Math.hypot(hx - x, hy - y) > 0.01);
    cross.classList.toggle("there", hands.has(xPath) || hands.has(yPath));
    place(cross, hands.get(xPath) ?? x, hands.get(yPath) ?? y);
    const [across, up] = [xPath, yPath].map(path => `${short(path)} ${text(nodes.get(path), values.get(path))}`);
    say(xName, `${across} →`);
    say(yName, `${up} ↑`);
    attr(surface, "aria-valuetext", `${across}, ${up}`);
    attr(surface, "aria-valuenow", values.get(xPath));
    attr(
      surface,
      "aria-label",
      `${short(xPath)} left to right, ${short(yPath)} up and down, ${xPath.split("/").slice(1, 3).join(" ")}`,
    );
  };
  const follow = () => {
    end();
    end = scoped(() => {
      for (const path of [xPath, yPath]) for (const key of [path, path + "#hand", heardPath(path)]) on(key, draw);
    });
    draw();
  };
  playable(surface, () => [xPath, yPath], at);
  const picker = h(
    "div.radio.small",
    { role: "group", ariaLabel: "up and down" },
    yPaths.map(path =>
      h(
        "button.option",
        {
          type: "button",
          ariaPressed: path === yPath,
          onclick: event => {
            yPath = path;
            for (const each of picker.children) attr(each, "aria-pressed", each === event.currentTarget);
            follow();
          },
        },
        short(path),
      ),
    ),
  );
  attr(surface, "aria-valuemin", 0);
  attr(surface, "aria-valuemax", 1);
  follow();
  return h("div.xybox", {}, picker, surface);
}

function playable(surface, paths, at) {
  let pointer = null,
    mine = [];
  const to = event => {
    const box = surface.getBoundingClientRect();
    const spot = [clamp((event.clientX - box.left) / box.width), clamp(1 - (event.clientY - box.top) / box.height)];
    mine.forEach((path, axis) => set(path, fromTravel(nodes.get(path), spot[axis])));
  };
  surface.addEventListener("pointerdown", event => {
    if (pointer !== null || event.button > 0) return;
    pointer = event.pointerId;
    surface.setPointerCapture(pointer);
    surface.classList.add("touched");
    mine = paths();
    mine.forEach(path => touch(path, true));
    to(event);
  });
  surface.addEventListener("pointermove", event => {
    if (event.pointerId === pointer) to(event);
  });
  const leave = event => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    surface.classList.remove("touched");
    mine.forEach(path => touch(path, false));
  };
  surface.addEventListener("pointerup", leave);
  surface.addEventListener("pointercancel", leave);
  surface.addEventListener("keydown", event => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [1, 1], ArrowDown: [1, -1] }[event.key];
    if (!step) return;
    const path = paths()[step[0]];
    set(path, fromTravel(nodes.get(path), at(path) + step[1] * (event.shiftKey ? 0.1 : 0.02)));
    event.preventDefault();
  });
}
