"""The performer's own bindings as a file, and which bindings hide which. Reads and writes files: not on a driver's
thread.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from liveriff.control.mapping.bindings import Binding, covers
from liveriff.control.mapping.reading import as_tables, read_bindings
from liveriff.control.mapping.rewrite import rewritten
from liveriff.errors import UsageError
from liveriff.params.tomltext import TomlError, tables
from liveriff.params.words import did_you_mean
from liveriff.wire.folders import private

NAME = "bindings.toml"
HEAD = "# Bindings of controls to parameters; `liveriff midi learn` adds to this file.\n"
TABLES = "binding"


def parse(text: str, where: str) -> tuple[Binding, ...]:
    """The bindings in a file's text; UsageError with ``where`` names what is wrong."""
    try:
        data = tables(text)
    except TomlError as error:
        raise UsageError(f"{where}: {str(error)[:1].lower()}{str(error)[1:]}.") from error
    for key in data:
        if key != TABLES:
            raise UsageError(f"{where}: this file has no {key[:60]}.{did_you_mean(key, [TABLES])}")
    return read_bindings(data.get(TABLES, []), where)


def load(path: Path) -> tuple[Binding, ...]:
    """The bindings of a file; none if there is no such file."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), str(path))
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError:
        raise UsageError(f"{path}: this is not UTF-8 text; save the file as UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error


def save(path: Path, bindings: Iterable[Binding]) -> None:
    """Write the file whole or not at all: a crash in the middle leaves the old one. What stays as it was keeps its
    comments."""
    path = Path(os.path.realpath(path))  # a link stays a link
    draft = path.with_suffix(f".{os.getpid()}.part")
    text = changed(_read(path), tuple(bindings))
    try:
        private(path.parent)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def changed(text: str, bindings: tuple[Binding, ...]) -> str:
    """A file's text made to hold these bindings: in place where it can be, else anew."""
    kept = rewritten(text, bindings, lambda part: parse(part, "the file"), dump) if TABLES in text else None
    return HEAD + dump(bindings) if kept is None else kept


def dump(bindings: Iterable[Binding]) -> str:
    """The bindings as TOML."""
    return "".join(f"\n[[{TABLES}]]\n{_lines(table)}" for table in as_tables(bindings))


def _lines(table: dict[str, Any]) -> str:
    # JSON's scalars and lists are TOML's, but TOML also wants DEL escaped.
    written = {key: json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") for key, value in table.items()}
    return "".join(f"{key} = {value}\n" for key, value in written.items())


def merge(*sources: Iterable[Binding]) -> tuple[Binding, ...]:
    """One list of several, weakest first (default, the performer's, the scene's).

    A later source that binds a control in a layer replaces what earlier ones bound there, for the devices that it
    names; two bindings of one control within one source both act.
    """
    merged: list[Binding] = []
    for source in sources:
        mine = tuple(source)
        by_seat: dict[tuple[str, str], set[str]] = {}
        for binding in mine:
            by_seat.setdefault((binding.control, binding.layer), set()).add(binding.device)
        merged = [each for each in merged if not _hidden(each, by_seat.get((each.control, each.layer), ()))]
        merged += mine
    return tuple(merged)


def _hidden(binding: Binding, devices: Iterable[str]) -> bool:
    return any(covers(device, binding.device) for device in devices)
