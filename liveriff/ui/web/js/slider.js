// A control with a travel: horizontal bar or vertical fader. Three faces: the bar is what is set, the hollow mark what
// is heard in the chunk now playing, the dashed mark where a controller stands that does not hold the parameter yet.
//
// A mouse jumps to where it presses. A finger moves the control from where it is, so that nothing jumps on a stage and
// a page can be scrolled across it; a tap jumps a bar, never a fader. Keys: arrows, Page Up/Down, Home, End, Delete for
// the default, Enter to type a number.

import { set, touch } from "./door.js";
import { attr, h, say, short, words } from "./dom.js";
import { choices, clamp, fromTravel, origin, parsed, text, toTravel } from "./scale.js";
import { hands, heardPath, nodes, on, values } from "./store.js";

const SLOP_PX = 5,
  TAP_MS = 300,
  DOUBLE_MS = 350,
  KEY = 0.01,
  PAGE = 0.1;

export function slider(path, { vertical = false, name = short(path), plainMark = false } = {}) {
  const node = () => nodes.get(path);
  const fill = h("span.fill"),
    heard = h("span.heard"),
    hand = h("span.hand"),
    cap = h("span.cap");
  const shown = h("span.value"),
    label = h("span.name", {}, name);
  const track = h("span.track", {}, fill, cap, heard, hand);
  const element = h(
    "div.slider.flashable",
    {
      role: "slider",
      tabIndex: 0,
      ariaLabel: words(path),
      title: node().doc,
      "aria-orientation": vertical ? "vertical" : "horizontal",
    },
    track,
    label,
    shown,
  );
  element.classList.toggle("vertical", vertical);
  element.classList.toggle("level", node().kind === "level");
  element.dataset.path = path;

  const place = (mark, at) => mark.style.setProperty(vertical ? "bottom" : "left", `${at * 100}%`);
  const draw = value => {
    const at = toTravel(node(), value),
      from = origin(node()),
      low = Math.min(at, from);
    place(fill, low);
    fill.style.setProperty(vertical ? "height" : "width", `${Math.abs(at - from) * 100}%`);
    place(cap, at);
    say(shown, text(node(), value));
    attr(element, "aria-valuetext", text(node(), value));
    attr(element, "aria-valuenow", choices(node()) ? Math.round(at * 100) : value);
  };
  const limits = () => {
    const { MIN = 0, MAX = 100 } = choices(node()) ? {} : node().range;
    attr(element, "aria-valuemin", MIN);
    attr(element, "aria-valuemax", MAX);
    element.classList.toggle("unheard", !node().audible);
    if (values.has(path)) draw(values.get(path));
  };
  on(path + "#node", () => nodes.has(path) && limits());
  limits();
  on(path, draw);
  if (!plainMark && nodes.has(heardPath(path))) {
    const compare = () => {
      const value = values.get(heardPath(path));
      if (value === undefined) return;
      place(heard, toTravel(node(), value));
      heard.classList.toggle("there", Math.abs(toTravel(node(), value) - toTravel(node(), values.get(path))) > 0.004);
      heard.title = `heard: ${text(node(), value)}`;
    };
    on(heardPath(path), compare);
    on(path, compare);
  }
  const ghost = () => {
    hand.classList.toggle("there", hands.has(path));
    if (hands.has(path)) place(hand, hands.get(path));
  };
  on(path + "#hand", ghost);
  ghost();
  playable(element, track, path, vertical, node);
  return element;
}

/** What fingers, mouse and keys do. */
function playable(element, track, path, vertical, node) {
  let pointer = null,
    at = 0,
    from = 0,
    began = 0,
    start = 0,
    moved = false,
    absolute = false,
    lastTap = 0;
  const along = event => {
    const box = track.getBoundingClientRect();
    return vertical ? 1 - (event.clientY - box.top) / box.height : (event.clientX - box.left) / box.width;
  };
  const length = () => {
    const box = track.getBoundingClientRect();
    return vertical ? -box.height : box.width;
  };
  const pixel = event => (vertical ? event.clientY : event.clientX);
  const to = travel => {
    at = clamp(travel);
    set(path, fromTravel(node(), at));
  };

  element.addEventListener("pointerdown", event => {
    if (pointer !== null || event.button > 0) return;
    pointer = event.pointerId;
    element.setPointerCapture(pointer);
    element.classList.add("touched");
    [start, from, began, moved] = [pixel(event), toTravel(node(), values.get(path)), event.timeStamp, false];
    absolute = event.pointerType === "mouse";
    if (began - lastTap < DOUBLE_MS) {
      toDefault();
      absolute = false;
    } else {
      touch(path, true);
      if (absolute) to(along(event));
    }
  });
  element.addEventListener("pointermove", event => {
    if (event.pointerId !== pointer) return;
    if (!moved && Math.abs(pixel(event) - start) < SLOP_PX) return;
    if (!moved && !absolute) start += Math.sign(pixel(event) - start) * SLOP_PX; // the first step is not a jump
    moved = true;
    to(absolute ? along(event) : from + (pixel(event) - start) / length());
  });
  const leave = event => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    element.classList.remove("touched");
    if (event.type === "pointerup" && !moved && event.timeStamp - began < TAP_MS) {
      if (!absolute && !vertical && event.timeStamp - lastTap > DOUBLE_MS) to(along(event));
      lastTap = event.timeStamp;
    }
    touch(path, false);
  };
  element.addEventListener("pointerup", leave);
  element.addEventListener("pointercancel", leave);

  const toDefault = () => set(path, node().default);
  element.addEventListener("keydown", event => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    const now = toTravel(node(), values.get(path)),
      options = choices(node());
    const whole = node().type === "i" && !options ? 1 / (node().range.MAX - node().range.MIN) : 0;
    const step = options ? 1 / (options.length - 1) : Math.max(whole, event.shiftKey ? KEY / 10 : KEY);
    const keys = {
      ArrowRight: now + step,
      ArrowUp: now + step,
      ArrowLeft: now - step,
      ArrowDown: now - step,
      PageUp: now + PAGE,
      PageDown: now - PAGE,
      Home: 0,
      End: 1,
    };
    if (event.key in keys) to(keys[event.key]);
    else if (event.key === "Delete" || event.key === "Backspace") toDefault();
    else if (event.key === "Enter") typed(element, path, node);
    else return;
    event.preventDefault();
  });
}

/** A field over the control to type a number into. */
function typed(element, path, node) {
  const field = h("input.typed", {
    type: "text",
    inputMode: "decimal",
    value: text(node(), values.get(path)),
    ariaLabel: "new value",
  });
  const leave = () => element.focus(); // the field goes with its focus
  field.addEventListener("keydown", event => {
    event.stopPropagation();
    if (event.key === "Enter") {
      const value = parsed(node(), field.value);
      if (value !== undefined) set(path, value);
    }
    if (event.key === "Enter" || event.key === "Escape") leave();
  });
  field.addEventListener("blur", () => field.remove());
  field.addEventListener("pointerdown", event => event.stopPropagation());
  element.append(field);
  field.focus();
  field.select();
}
