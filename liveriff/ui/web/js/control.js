// Any parameter as the control that fits it, from what the tree says of it.

import { list, radio, reading, toggle, trigger } from "./buttons.js";
import { field } from "./field.js";
import { choices, isHuge, text, travels } from "./scale.js";
import { slider } from "./slider.js";
import { nodes } from "./store.js";

const FEW = 6,
  FEW_LETTERS = 28;

export function control(path, options = {}) {
  const node = nodes.get(path);
  if (!node) return null; // an engine that does not have it yet
  if (node.access === 1)
    return node.type === "b" ? null : reading(path, { ...options, show: value => text(node, value) });
  if (node.trigger) return trigger(path, options);
  if (node.type === "T") return toggle(path, options);
  const offered = choices(node);
  if (offered)
    return offered.length <= FEW && offered.join("").length <= FEW_LETTERS ? radio(path, options) : list(path, options);
  if (isHuge(node) || !travels(node)) return field(path, options);
  return slider(path, options);
}

/** Those of some paths that the engine has. */
export const controls = (paths, options = {}) => paths.map(path => control(path, options)).filter(Boolean);
