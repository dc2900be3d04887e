"""Presets: the sound of one deck as data, by name. Reads files; the engine's loop applies them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from liveriff.engine.scenes_files import Keys, TomlFile, find, read, shelved
from liveriff.errors import UsageError
from liveriff.params.kinds import Value
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE
from liveriff.params.words import CHUNKS, did_you_mean

_HEADINGS = ("title", "about", "category", "sound")
_DECK = "/deck/1/"  # any deck would do


@dataclass(frozen=True)
class Listing:
    """A file on a shelf. category is "" for scenes; about holds the mistake where the file cannot be used."""

    name: str
    title: str
    about: str
    category: str
    path: Path


@dataclass(frozen=True)
class Preset:
    """The sound of a deck. values: by path below the deck, such as "prompt/a"; the category is among them."""

    title: str
    about: str
    values: Mapping[str, Value]
    source: Path

    @property
    def category(self) -> str:
        """drums, bass, synth or mix."""
        return str(self.values["category"])

    def on_deck(self, deck: int) -> dict[str, Value]:
        """The values by full path."""
        return {f"/deck/{deck}/{name}": value for name, value in self.values.items()}


def load_preset(name_or_path: str, *, paths: bool = True) -> Preset:
    """Read a preset; UsageError says in one sentence what is wrong and where."""
    file = read(find("presets", name_or_path, paths=paths))
    for key in file.data:
        if key not in _HEADINGS:
            raise file.error((key,), f"a preset has no {key}.{did_you_mean(key, _HEADINGS)}")
    values: dict[str, Value] = {"category": _category(file)}
    for keys, value in file.leaves(file.data.get("sound", {})):
        name = "/".join(keys)
        if name in values:
            raise file.error(("sound", *keys), f"{name} is set twice.")
        values[name] = _sound(file, name, ("sound", *keys), value)
    return Preset(heading(file, "title"), heading(file, "about", ""), MappingProxyType(values), file.path)


def apply_preset(preset: Preset, deck: int, registry: Registry, origin: str = "preset") -> None:
    """Give a deck the sound, all of it or nothing, as one undo step."""
    registry.restore(preset.on_deck(deck), origin)


def list_presets() -> tuple[Listing, ...]:
    """All presets that can be named, by name."""
    return tuple(_listing(name, path) for name, path in shelved("presets").items())


def heading(file: TomlFile, key: str, default: str | None = None) -> str:
    """A line of text at the top of a file."""
    value = file.data.get(key, default)
    if value is None:
        raise file.error((key,), f'it needs a {key}: write {key} = "..." at the top.')
    if not isinstance(value, str):
        raise file.error((key,), f"{key} takes text, not {value!r}.")
    return value


def stored_value(file: TomlFile, path: str, keys: Keys, value: object) -> Value:
    """A value as the table takes it; files are held to the range, since nobody sees a clamp happen."""
    if path not in TABLE:
        raise file.error(keys, f"there is no parameter {path}.{did_you_mean(path, TABLE)}")
    if not TABLE[path].stored:
        raise file.error(keys, f"{path} is not something a file can set.")
    try:
        return TABLE[path].strict(value)
    except UsageError as error:
        raise file.error(keys, str(error)) from None


def _sound(file: TomlFile, name: str, keys: Keys, value: object) -> Value:
    path = f"{_DECK}{name}"
    if path not in TABLE:
        known = (each.removeprefix(_DECK) for each in TABLE if each.startswith(_DECK) and TABLE[each].stored)
        raise file.error(keys, f"a deck has no {name}.{did_you_mean(name, known)}")
    return stored_value(file, path, keys, value)


def _category(file: TomlFile) -> str:
    category = heading(file, "category")
    if category not in CHUNKS:
        raise file.error(("category",), f"category takes one of {', '.join(CHUNKS)}, not {category!r}.")
    return category


def _listing(name: str, path: Path) -> Listing:
    try:
        preset = load_preset(str(path))
    except UsageError as error:
        return Listing(name, name, str(error), "", path)
    return Listing(name, preset.title, preset.about, preset.category, path)
