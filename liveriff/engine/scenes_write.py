"""Writing scenes: what sounds now, as a file that loads back to the same. Writes files; the engine's loop calls it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.files import dump as bindings_as_toml
from liveriff.engine.scenes import Scene, resting
from liveriff.errors import UsageError
from liveriff.params.kinds import Value
from liveriff.params.kinds_worded import AUTO, Text
from liveriff.params.registry import Registry
from liveriff.params.table import SPECS
from liveriff.wire.folders import private

_NUMBERED = ("deck", "pad")


def scene_of(
    registry: Registry,
    title: str,
    about: str = "",
    bank: Mapping[str, tuple[str, ...]] | None = None,
    bindings: tuple[Binding, ...] = (),
    render: str = "",
) -> Scene:
    """What the registry holds now, without what a scene gives by default anyway."""
    silent = dict(resting())
    values = {path: value for path, value in registry.snapshot().items() if silent.get(path, _NOTHING) != value}
    return Scene(Text().coerce(title), Text().coerce(about), values, bank or {}, None, bindings, render)


def dump(scene: Scene) -> str:
    """The scene as TOML, settings in the order of the table."""
    lines = [f"title = {_quoted(scene.title)}", f"about = {_quoted(scene.about)}"]
    lines += [f"render = {_quoted(scene.render)}"] if scene.render else []
    sections = _sections(scene.values)
    lines += [f"{key} = {_toml(value)}" for key, value in sections.pop("", [])]
    if scene.bank:
        lines += ["", "[bank]", *(_prompts(category, prompts) for category, prompts in scene.bank.items())]
    for section, settings in sections.items():
        lines += ["", f"[{section}]", *(f"{_key(key)} = {_toml(value)}" for key, value in settings)]
    return "\n".join(lines) + "\n" + bindings_as_toml(scene.bindings)


def preset_text(title: str, category: str, sound: Mapping[str, Value]) -> str:
    """A preset as TOML. sound: by path below the deck."""
    lines = [f"title = {_quoted(title)}", f"category = {_quoted(category)}", "", "[sound]"]
    return "\n".join([*lines, *(f"{_key(name)} = {_toml(value)}" for name, value in sound.items())]) + "\n"


def save_scene(scene: Scene, path: Path) -> None:
    """Write the file whole or not at all: a crash in the middle leaves the old one."""
    save_text(dump(scene), path)


def save_text(text: str, path: Path) -> None:
    """See ``save_scene``; UsageError where it cannot be written."""
    draft = path.with_name(f"{path.stem}.{os.getpid()}.part")
    try:
        private(path.parent)
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error


_NOTHING = object()


def _sections(values: Mapping[str, Value]) -> dict[str, list[tuple[str, Value]]]:
    """Settings by table ("deck.1"; "" for those without), in the order of the parameter table."""
    sections: dict[str, list[tuple[str, Value]]] = {"": []}
    for path in (spec.path for spec in SPECS if spec.path in values):
        section, key = _split(path)
        sections.setdefault(section, []).append((key, values[path]))
    return sections


def _split(path: str) -> tuple[str, str]:
    parts = path.split("/")[1:]
    if len(parts) == 1:
        return "", parts[0]
    depth = 2 if parts[0] in _NUMBERED and parts[1].isdigit() else 1
    return ".".join(parts[:depth]), "/".join(parts[depth:])


def _prompts(category: str, prompts: tuple[str, ...]) -> str:
    return "\n".join([f"{category} = [", *(f"    {_quoted(prompt)}," for prompt in prompts), "]"])


def _key(key: str) -> str:
    return _quoted(key) if "/" in key else key


def _toml(value: Value) -> str:
    if value is None:
        return _quoted(AUTO)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's, but TOML also wants DEL escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
