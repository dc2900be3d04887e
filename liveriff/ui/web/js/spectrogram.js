// Spectrograms as the engine sends them: 64 rows from low to high, 128 bytes each, 0 silence. Drawn as they are on a
// small canvas that the browser stretches; the playhead is a line of its own, so a moving one costs no drawing.

import { animate, h } from "./dom.js";
import { follow, loopBeats, speed } from "./follow.js";
import { heardPath, on, values } from "./store.js";

const ROWS = 64,
  COLUMNS = 128,
  SIZE = ROWS * COLUMNS,
  BAR = 4;
const tables = new Map();

/** 256 colours from the stage's black over a tint to near white, as the canvas wants its bytes. */
function table(tint) {
  if (tables.has(tint)) return tables.get(tint);
  const full = [1, 3, 5].map(at => parseInt(tint.slice(at, at + 2), 16)),
    dark = [10, 12, 18],
    light = [255, 252, 240];
  const mix = (from, to, share) => from.map((each, index) => each + (to[index] - each) * share);
  const made = new Uint32Array(256);
  for (let level = 0; level < 256; level++) {
    const at = level / 255;
    const [r, g, b] = at < 0.65 ? mix(dark, full, (at / 0.65) ** 1.3) : mix(full, light, (at - 0.65) / 0.35);
    made[level] = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  }
  tables.set(tint, made);
  return made;
}

/** A canvas that shows a blob; `tint()` is asked at each drawing. Returns the canvas and a function to draw again. */
function picture(path, tint, filled = () => {}) {
  const canvas = h("canvas", { width: COLUMNS, height: ROWS, ariaHidden: true });
  const context = canvas.getContext("2d", { alpha: false });
  const image = context.createImageData(COLUMNS, ROWS),
    pixels = new Uint32Array(image.data.buffer);
  const draw = () => {
    const bytes = values.get(path),
      colours = table(tint()),
      there = bytes?.length === SIZE;
    for (let row = 0; row < ROWS; row++) {
      for (let column = 0, to = (ROWS - 1 - row) * COLUMNS; column < COLUMNS; column++) {
        pixels[to + column] = colours[there ? bytes[row * COLUMNS + column] : 0];
      }
    }
    context.putImageData(image, 0, 0);
    filled(there);
  };
  on(path, draw);
  draw();
  return { canvas, draw };
}

/** The loop that sounds, with its beats and the playhead. */
export function loop(deck, tint) {
  const path = `/deck/${deck}`,
    { canvas, draw } = picture(`${path}/spectrogram`, tint);
  const beats = h("div.beats"),
    bars = h("div.beats.bars"),
    head = h("div.playhead");
  const lines = () => {
    beats.style.backgroundSize = `${100 / loopBeats(deck)}% 100%`;
    bars.style.backgroundSize = `${(100 * BAR) / loopBeats(deck)}% 100%`;
  };
  on(heardPath(`${path}/beats`), lines);
  on(`${path}/beats`, lines);
  const screen = h(
    "div.screen.loop",
    { role: "img", ariaLabel: `spectrogram of deck ${deck}'s loop` },
    canvas,
    beats,
    bars,
    head,
  );
  const at = follow(`${path}/position`, () => speed() / loopBeats(deck), 1);
  animate(screen, now => {
    head.style.transform = `translateX(${(at(now) * 100).toFixed(2)}%)`;
  });
  return { screen, draw };
}

/** The next chunk as it is denoised. */
export function coming(deck, tint) {
  const screen = h("div.screen.coming", { role: "img", ariaLabel: `the next chunk of deck ${deck} as it is made` });
  const { canvas, draw } = picture(`/deck/${deck}/coming`, tint, there => screen.classList.toggle("empty", !there));
  screen.append(canvas);
  return { screen, draw };
}
