// Places that move between their readings: the beat, the playheads, the meters.

import { calm } from "./dom.js";
import { on, values } from "./store.js";

const PULL = 0.12,
  JUMP = 0.25,
  STALE_MS = 700;

/** Beats a second. */
export const speed = () => (values.get("/tempo/bpm") ?? 120) / 60;

/** Follows a reading that grows evenly. rate(): its growth a second; wrap: where it begins again at 0, or 0 for never.
 *  Returns at(now in ms). Small differences are pulled in, so that jitter of the network does not show. */
export function follow(path, rate, wrap = 0) {
  let value = 0,
    then = 0,
    heard = -Infinity;
  const nearest = difference => (wrap ? difference - Math.round(difference / wrap) * wrap : difference);
  const grown = now => (now - heard < STALE_MS ? value + ((now - then) / 1000) * rate() : value);
  on(path, reading => {
    const now = performance.now(),
      difference = nearest(reading - grown(now));
    const far = Math.abs(difference) > JUMP * (wrap || 1) || now - heard > STALE_MS;
    value = far ? reading : grown(now) + PULL * difference;
    if (wrap) value = ((value % wrap) + wrap) % wrap;
    then = heard = now;
  });
  return now => {
    if (calm.matches) return values.get(path) ?? 0;
    const at = grown(now);
    return wrap ? ((at % wrap) + wrap) % wrap : at;
  };
}

export const FLOOR_DB = -60;
/** Where a level stands on a meter, 0..1. */
export const height = db => Math.min(1, Math.max(0, 1 - (db ?? -120) / FLOOR_DB));

/** The loop's beats as they sound. */
export const loopBeats = deck => values.get(`/deck/${deck}/heard/beats`) || values.get(`/deck/${deck}/beats`) || 8;
