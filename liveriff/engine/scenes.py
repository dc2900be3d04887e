"""Scenes: a whole set-up as data. Reads files; the engine's loop applies them.

A scene is TOML whose tables are the parameters' paths: ``[tempo] bpm = 124`` is /tempo/bpm, ``[deck.1] level = -3`` is
/deck/1/level, and a key may hold the rest of a path, ``"seed/drift" = 0.25``. ``preset`` in a deck's table gives it a
preset's sound before its own values. ``render`` says which renderers the scene wants. ``[bank]`` lists prompts by
category for knobs to pick from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.reading import read_bindings
from liveriff.engine.renderers.where import in_scene
from liveriff.engine.scenes_files import Keys, TomlFile, find, read, shelved
from liveriff.engine.scenes_presets import Listing, heading, load_preset, stored_value
from liveriff.errors import UsageError
from liveriff.params.kinds import Value
from liveriff.params.listeners import below
from liveriff.params.registry import Registry
from liveriff.params.table import SPECS, TABLE
from liveriff.params.words import CHUNKS, DECKS, did_you_mean

DEFAULT = "house"
ORIGIN = "scene"
_HEADINGS = ("title", "about", "render", "bank", "binding")
_TOP = (*_HEADINGS, *{spec.path.split("/")[1] for spec in SPECS if spec.stored})
_WHOLE = ("/deck", "/pad", "/delay", "/reverb")
"""What a scene sets as a whole: what it does not mention goes to its default. Elsewhere (the master's level, the
limiter) it changes only what it mentions, so that no scene makes the hall louder by silence."""


@dataclass(frozen=True)
class Scene:
    """A scene as written. values: by path, only what the file says; bank: prompts by category; bindings:
    what controls of controllers do in this scene; render: which renderers it wants, for a performance that begins with
    it."""

    title: str
    about: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    bank: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: Path | None = None
    bindings: tuple[Binding, ...] = ()
    render: str = ""

    def complete(self) -> dict[str, Value]:
        """The values with the defaults of all that a scene sets as a whole."""
        return {**dict(resting()), **self.values}


def resting() -> Iterator[tuple[str, Value]]:
    """Defaults of all that a scene sets as a whole. Models stay loaded: one asked for by hand is not dropped."""
    for spec in SPECS:
        if spec.stored and spec.rate != "load" and any(below(spec.path, root) for root in _WHOLE):
            yield spec.path, spec.default


def load_scene(name_or_path: str = DEFAULT, *, paths: bool = True) -> Scene:
    """Read a scene by name or, if ``paths``, from a file; UsageError says in one sentence what is wrong and where."""
    file = read(find("scenes", name_or_path, paths=paths))
    values = {**_presets(file), **_own(file)}
    title, about = heading(file, "title"), heading(file, "about", "")
    bindings = read_bindings(file.data.get("binding", []), str(file.path))
    bank, render = MappingProxyType(_bank(file)), _render(file)
    return Scene(title, about, MappingProxyType(values), bank, file.path, bindings, render)


def apply(scene: Scene, registry: Registry, origin: str = ORIGIN) -> None:
    """Set everything, all or nothing, as one undo step; then the bank's prompts are what knobs pick from."""
    registry.restore(scene.complete(), origin)
    offer_bank(scene, registry)


def offer_bank(scene: Scene, registry: Registry) -> None:
    """Let knobs pick from the scene's prompts of the category that each deck has."""
    for deck in DECKS:
        prompts = scene.bank.get(str(registry.get(f"/deck/{deck}/category")), ())
        for side in ("a", "b"):
            registry.offer(f"/deck/{deck}/prompt/{side}", prompts)


def list_scenes() -> tuple[Listing, ...]:
    """All scenes that can be named, by name."""
    return tuple(_listing(name, path) for name, path in shelved("scenes").items())


def _settings(file: TomlFile) -> Iterator[tuple[Keys, str, object]]:
    """Keys, path and value of each setting in the file."""
    for keys, value in file.leaves({key: file.data[key] for key in file.data if key not in _HEADINGS}):
        yield keys, "/" + "/".join(keys), value


def _is_preset(path: str) -> bool:
    return path.startswith("/deck/") and path.endswith("/preset")


def _own(file: TomlFile) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for keys, path, value in _settings(file):
        if _is_preset(path):
            continue
        if path in values:
            raise file.error(keys, f"{path} is set twice.")
        if len(keys) == 1 and path not in TABLE:
            raise file.error(keys, f"a scene has no {keys[0]}.{did_you_mean(keys[0], _TOP)}")
        values[path] = stored_value(file, path, keys, value)
    return values


def _presets(file: TomlFile) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for keys, path, name in _settings(file):
        if _is_preset(path):
            values.update(_preset(file, keys, path, name))
    return values


def _preset(file: TomlFile, keys: Keys, path: str, name: object) -> dict[str, Value]:
    number = path.split("/")[2]
    if number not in map(str, DECKS):
        raise file.error(keys, f"there is no deck {number}; decks are {DECKS[0]} to {DECKS[-1]}.")
    if not isinstance(name, str):
        raise file.error(keys, f"{path} takes the name of a preset, not {name!r}.")
    try:
        # Names only: a scene handed on to a friend must not depend on, or reach into, the folders of one machine.
        return load_preset(name, paths=False).on_deck(int(number))
    except UsageError as error:
        raise file.error(keys, str(error)) from None


def _render(file: TomlFile) -> str:
    try:
        return in_scene(file.data.get("render", ""))
    except UsageError as error:
        raise file.error(("render",), str(error)) from None


def _bank(file: TomlFile) -> dict[str, tuple[str, ...]]:
    bank = file.data.get("bank", {})
    if not isinstance(bank, dict):
        raise file.error(("bank",), "bank takes lists of prompts by category.")
    for category, prompts in bank.items():
        keys = ("bank", category)
        if category not in CHUNKS:
            raise file.error(keys, f"there is no category {category}.{did_you_mean(category, CHUNKS)}")
        if not isinstance(prompts, list) or not all(isinstance(each, str) and each.strip() for each in prompts):
            raise file.error(keys, f'bank {category} takes a list of prompts, ["...", "..."].')
    return {category: tuple(prompts) for category, prompts in bank.items()}


def _listing(name: str, path: Path) -> Listing:
    try:
        scene = load_scene(str(path))
    except UsageError as error:
        return Listing(name, name, str(error), "", path)
    return Listing(name, scene.title, scene.about, "", path)
