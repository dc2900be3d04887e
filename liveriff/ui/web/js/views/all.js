// Every parameter of the tree, to be found by any word of its path or its documentation.

import { control } from "../control.js";
import { h } from "../dom.js";
import { nodes, scoped } from "../store.js";

const MOST = 80;

/** The container that a parameter is shown under: /deck/1, /master. */
const family = path => /^\/(\w+\/\d+|\w+)(?=\/)/.exec(path)?.[0] ?? "/";

function row(node) {
  return h(
    "div.param",
    {},
    h(
      "div.about",
      {},
      h("code", {}, node.path),
      h("span.doc", {}, `${node.doc}${node.audible ? "" : " Nothing honours this yet."}`),
    ),
    control(node.path) ?? h("span.hint", {}, "a picture"),
  );
}

export function all() {
  const search = h("input", {
    type: "search",
    placeholder: "search: eq deck 2, tempo, reverb…",
    ariaLabel: "search all parameters",
    spellcheck: false,
  });
  const list = h("div.params"),
    told = h("p.hint", { ariaLive: "polite" });
  let end = () => {};
  const matching = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    return [...nodes.values()].filter(node =>
      words.every(word => `${node.path} ${node.doc}`.toLowerCase().includes(word)),
    );
  };
  const group = (name, found) => {
    const details = h("details.panel", {}, h("summary", {}, `${name} `, h("span.hint", {}, String(found.length))));
    let built = false;
    details.addEventListener("toggle", () => {
      if (!details.open || built) return;
      built = true;
      scoped(() => details.append(...found.map(row)));
    });
    return details;
  };
  const draw = () => {
    end();
    end = scoped(() => {
      const found = matching();
      if (search.value.trim()) list.replaceChildren(...found.slice(0, MOST).map(row));
      else list.replaceChildren(...[...byFamily(found)].map(([name, each]) => group(name, each)));
      told.textContent = `${found.length} of ${nodes.size} parameters${search.value.trim() && found.length > MOST ? `, the first ${MOST} shown` : ""}`;
    });
  };
  const byFamily = found =>
    found.reduce(
      (groups, node) => groups.set(family(node.path), [...(groups.get(family(node.path)) ?? []), node]),
      new Map(),
    );
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 120);
  });
  search.addEventListener("keydown", event => event.stopPropagation());
  draw();
  return h("div.all", {}, h("div.searchbar", {}, search, told), list);
}
