// What the page knows: the tree's nodes, the latest values, and who is to be told. Told once a picture, never per
// message, so a burst costs one drawing. Keys beside paths: "path#node" (the node itself changed), "path#hand" (where
// a controller stands that does not hold the parameter yet), "path#event" (a trigger was pulled, also by others).

export const nodes = new Map(),
  values = new Map(),
  hands = new Map();
const readers = new Map(),
  dirty = new Set();
export const counts = { messages: 0, bytes: 0, frames: 0, sent: 0 };

let scope = null;
/** Build something; returns the function that ends all its hearing. */
export function scoped(build) {
  const mine = [],
    before = scope;
  scope = mine;
  try {
    build();
  } finally {
    scope = before;
  }
  return () => mine.forEach(end => end());
}
/** Call a function when the thing being built is taken down. */
export function ending(end) {
  scope?.push(end);
}

/** Hear of a key from now on: at once if it has a value, and then at changes. */
export function on(key, reader) {
  if (!readers.has(key)) readers.set(key, new Set());
  readers.get(key).add(reader);
  ending(() => readers.get(key)?.delete(reader));
  if (!key.includes("#") && values.has(key)) reader(values.get(key));
}

export function mark(key) {
  dirty.add(key);
}

export function put(path, value) {
  values.set(path, value);
  dirty.add(path);
}

/** Tell all that is due. */
export function flush() {
  if (!dirty.size) return;
  const due = [...dirty];
  dirty.clear();
  for (const key of due) {
    for (const reader of readers.get(key) ?? []) reader(values.get(key));
  }
}

/** Decimals of a number, as its text shows them; two where the text is a word such as "auto" or "-inf". */
const digits = (type, shown) => /\.(\d+)/.exec(shown)?.[1].length ?? (type === "i" || /\d/.test(shown) ? 0 : 2);

/** The attributes as the page uses them. */
function plain(told) {
  const shown = String(told.TEXT ?? "");
  return {
    path: told.FULL_PATH,
    type: told.TYPE,
    access: told.ACCESS,
    kind: told.EXTENDED_TYPE?.[0],
    doc: told.DESCRIPTION ?? "",
    range: told.RANGE?.[0],
    unit: told.UNIT?.[0],
    curve: told.CURVE,
    rate: told.TAGS?.[0],
    default: told.DEFAULT?.[0],
    offers: told.OFFERS,
    audible: told.AUDIBLE !== false,
    trigger: Boolean(told.CRITICAL),
    digits: digits(told.TYPE, shown),
  };
}

/** Take in a tree or a part of it. Returns the paths of the parameters in it. */
export function plant(told) {
  const paths = [];
  const walk = each => {
    if (each.TYPE) {
      paths.push(each.FULL_PATH);
      nodes.set(each.FULL_PATH, plain(each));
      mark(each.FULL_PATH + "#node");
      if (each.VALUE && each.VALUE[0] !== null) put(each.FULL_PATH, each.VALUE[0]);
    }
    Object.values(each.CONTENTS ?? {}).forEach(walk);
  };
  walk(told);
  return paths;
}

export const has = path => nodes.has(path);
/** Parameters below a path, in the table's order. */
export const below = path => [...nodes.values()].filter(node => node.path.startsWith(path + "/"));
/** 1, 2, 3, 4: the numbered things of a family, such as decks. */
export const numbers = family => {
  const found = new Set(
    [...nodes.keys()].map(path => new RegExp(`^/${family}/(\\d+)/`).exec(path)?.[1]).filter(Boolean),
  );
  return [...found].map(Number).sort((a, b) => a - b);
};
/** The reading of what is heard of a deck's parameter: /deck/1/heard/alpha of /deck/1/alpha. */
export const heardPath = path => (/^\/\w+\/\d+\//.test(path) ? path.replace(/^(\/\w+\/\d+)\//, "$1/heard/") : "");

/** The lines of a reading whose items are lines with fields between tabs. */
export const rows = text =>
  String(text ?? "")
    .split("\n")
    .filter(Boolean)
    .map(line => line.split("\t"));

on("/status/hands", text => {
  const before = [...hands.keys()];
  hands.clear();
  for (const [path, at] of rows(text)) hands.set(path, Number(at));
  for (const path of new Set([...before, ...hands.keys()])) mark(path + "#hand");
});
