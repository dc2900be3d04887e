"""Checkpoints: models that people download or train, by path, hub id or name in models.yaml. No torch here.

A checkpoint is named ``BACKEND:PATH_OR_ID``, or by an entry of ``models.yaml`` in the performer's own folder:

    funk:
      backend: riffusion
      model: ~/models/funk          # a diffusers folder, a .safetensors file or a hub id
      categories: [bass, mix]       # what it is good for; all that the backend has if left out
      options: {scheduler: lcm}     # the backend's own, see docs/models.md

Options may also follow the name: ``funk?scheduler=euler&negative=hiss``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from liveriff.errors import UsageError
from liveriff.params import yamltext
from liveriff.params.words import did_you_mean

TABLE_NAME = "models.yaml"
_KEYS = ("backend", "model", "categories", "one_shots", "title", "licence", "options")


@dataclass(frozen=True)
class Checkpoint:
    """One model and how to play it.

    name: as jobs name it; backend: name of the backend that reads it; model: path or hub id; categories, one_shots:
    what it makes, None for all that the backend can; title, licence: for screens, "" for what is known otherwise;
    options: the backend's own.
    """

    name: str
    backend: str
    model: str
    categories: tuple[str, ...] | None = None
    one_shots: tuple[str, ...] | None = None
    title: str = ""
    licence: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


def own_folder() -> Path:
    """Where models.yaml and the scenes lie: LIVERIFF_HOME, or liveriff in the system's configuration folder."""
    if own := os.environ.get("LIVERIFF_HOME"):
        return Path(own).expanduser()
    base = os.environ.get("APPDATA") if os.name == "nt" else os.environ.get("XDG_CONFIG_HOME")
    return Path(base or Path.home() / ".config") / "liveriff"


def table() -> dict[str, Checkpoint]:
    """The entries of models.yaml by name; nothing where there is no such file, UsageError where it is wrong."""
    path = own_folder() / TABLE_NAME
    if not path.is_file():
        return {}
    return read_table(path)


def read_table(path: Path) -> dict[str, Checkpoint]:
    """The entries of a file; UsageError with its name and the entry for whatever cannot be."""
    try:
        entries = yamltext.value(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yamltext.YamlError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from error
    if not isinstance(entries, dict):
        raise UsageError(f"{path} is not a table of models: it begins with no name.")
    return {str(name): _entry(str(name), entry, path) for name, entry in entries.items()}


def _entry(name: str, entry: object, path: Path) -> Checkpoint:
    where = f"{path}: the model {name!r}"
    if not isinstance(entry, dict):
        raise UsageError(f"{where} needs at least backend and model.")
    for key in entry:
        if key not in _KEYS:
            raise UsageError(f"{where} has no key {key!r}.{did_you_mean(str(key), _KEYS)}")
    options = entry.get("options") or {}
    if not isinstance(options, dict):
        raise UsageError(f"{where}: options is a table, not {options!r}.")
    return Checkpoint(
        name=name,
        backend=_text(entry, "backend", where),
        model=_beside(_text(entry, "model", where), path),
        categories=_words(entry, "categories", where),
        one_shots=_words(entry, "one_shots", where),
        title=str(entry.get("title") or ""),
        licence=str(entry.get("licence") or ""),
        options={str(key): value for key, value in options.items()},
    )


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise UsageError(f"{where} needs {key}.")
    return value


def _words(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...] | None:
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise UsageError(f"{where}: {key} is a list of words, not {value!r}.")
    return tuple(value)


def _beside(model: str, table: Path) -> str:
    """A path that begins with a dot counts from the table's own folder."""
    return str((table.parent / model).resolve()) if model.startswith("./") else model


def from_name(name: str) -> Checkpoint | None:
    """The checkpoint that a model's name stands for: an entry of the table, BACKEND:PATH_OR_ID, or either with more
    options behind a question mark, ``funk?scheduler=lcm&steps=4``; else None.

    A backend's own name with options has the model "": the one that the backend plays by that name.
    """
    plain, mark, more = name.partition("?")
    options = _given(more, name) if mark else {}
    entry = table().get(plain)
    if entry is not None:
        return replace(entry, name=name, options={**entry.options, **options})
    backend, colon, model = plain.partition(":")
    if colon and backend and model:
        return Checkpoint(name, backend, model, options=options)
    return Checkpoint(name, plain, "", options=options) if mark and plain else None


def _given(text: str, name: str) -> dict[str, Any]:
    """Options as ``key=value&key=value``; values as in the table."""
    options: dict[str, Any] = {}
    for pair in filter(None, text.split("&")):
        key, equals, told = pair.partition("=")
        if not equals or not key:
            raise UsageError(f"the model {name!r}: options behind ? look like key=value&key=value, not {pair!r}.")
        try:
            options[key] = yamltext.value(told) if told else ""
        except yamltext.YamlError as error:
            raise UsageError(f"the model {name!r}: {told!r} is no value for {key}.") from error
    return options
