// Between a control's travel 0..1 and the value in user units, as the node's CURVE says; and values as text. Pure.

const AUTO_TRAVEL = 1 / 128; // the lowest step of a 7-bit controller means "auto"
const AUTO = /^linear(?: from (\d+))? after auto at 0$/;
const UNITS = { "gain.db": "dB", "time.second": "s", "time.ms": "ms", "time.bpm": "BPM", semitones: "st" };

/** Where the numbers of a control begin that may be on "auto"; undefined for one that may not. */
const afterAuto = node => {
  const told = AUTO.exec(node.curve ?? "");
  return told ? Number(told[1] ?? 0) : undefined;
};
export const clamp = (value, low = 0, high = 1) => Math.min(high, Math.max(low, value));
export const choices = node => node.range?.VALS;
export const unit = node => UNITS[node.unit] ?? node.unit;
/** Whether it can be drawn as a control with a travel. */
export const travels = node => Boolean(node.curve) && (node.range?.MAX !== undefined || Boolean(choices(node)));
/** Whole numbers so many that no travel can pick one. */
export const isHuge = node => node.type === "i" && node.range?.MAX - node.range?.MIN > 1000;

export function toTravel(node, value) {
  const options = choices(node);
  if (options) return Math.max(0, options.indexOf(value)) / Math.max(1, options.length - 1);
  const { MIN: low, MAX: high } = node.range,
    least = afterAuto(node);
  if (least !== undefined)
    return value < 0 ? 0 : AUTO_TRAVEL + clamp((value - least) / (high - least)) * (1 - AUTO_TRAVEL);
  if (node.curve === "exponential") return clamp(Math.log(value / low) / Math.log(high / low));
  const share = clamp((value - low) / (high - low));
  return node.curve === "fader" ? share * share : share;
}

export function fromTravel(node, travel) {
  const options = choices(node),
    at = clamp(travel);
  if (options) return options[Math.round(at * (options.length - 1))];
  const { MIN: low, MAX: high } = node.range,
    least = afterAuto(node);
  if (least !== undefined && at < AUTO_TRAVEL) return -1;
  if (least !== undefined)
    return rounded(node, least + ((at - AUTO_TRAVEL) / (1 - AUTO_TRAVEL)) * (high - least));
  if (node.curve === "exponential") return rounded(node, low * (high / low) ** at);
  return rounded(node, low + (high - low) * (node.curve === "fader" ? Math.sqrt(at) : at));
}

function rounded(node, value) {
  return node.type === "i" ? Math.round(value) : Number(value.toFixed(node.digits));
}

/** Where a two-sided control's bar begins: its zero if that lies inside the range, else its low end. */
export function origin(node) {
  const { MIN: low, MAX: high } = node.range ?? {};
  return low < 0 && high > 0 && low === -high ? toTravel(node, 0) : 0;
}

export function text(node, value) {
  if (value === undefined || value === null) return "–";
  if (node.type === "T") return value ? "on" : "off";
  if (typeof value !== "number") return String(value);
  if (afterAuto(node) !== undefined && value < 0) return "auto";
  const tail = unit(node) ? " " + unit(node) : "";
  if (node.kind === "level" && value <= node.range.MIN) return "-∞" + tail;
  return (node.type === "i" ? value : value.toFixed(node.kind === "level" ? 1 : Math.min(node.digits, 2))) + tail;
}

/** What a person typed, as a value of the node; undefined if it is none. */
export function parsed(node, typed) {
  const word = typed.trim().toLowerCase();
  if (afterAuto(node) !== undefined && word === "auto") return -1;
  if (node.kind === "level" && /^-?(inf|∞)/.test(word)) return node.range.MIN;
  const number = parseFloat(word.replace(",", "."));
  if (Number.isNaN(number)) return undefined;
  const { MIN: low = -Infinity, MAX: high = Infinity } = node.range ?? {};
  return rounded(node, clamp(number, low, high));
}
