"""Finding and reading scene and preset files, and saying where in them something is wrong.

Reads files, so never on the player; any thread otherwise.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import liveriff
from liveriff.errors import UsageError
from liveriff.params.tomltext import TomlError, tables
from liveriff.params.words import did_you_mean

Shelf = Literal["scenes", "presets"]
Keys = tuple[str, ...]

LARGEST = 250_000  # bytes; a scene is a few thousand, so a larger file is something else
LISTED = 30  # names that fit on the notice line of a stage; the shipped presets would fill the whole screen
LOOKED_THROUGH = 2_000_000  # characters parsed to find the place of a mistake
_NAME = re.compile(r"[\w][\w .-]*")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def user_folder() -> Path:
    """The performer's own folder: LIVERIFF_HOME, or liveriff in the system's configuration folder."""
    if own := os.environ.get("LIVERIFF_HOME"):
        return Path(own).expanduser()
    base = os.environ.get("APPDATA") if os.name == "nt" else os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "liveriff"


def folders(shelf: Shelf) -> tuple[Path, ...]:
    """Where a shelf's files lie, the performer's own first, so that they may replace a shipped one by name."""
    package = Path(liveriff.__file__).parent
    places = [user_folder() / shelf, package / shelf]
    if (package.parent / "pyproject.toml").exists():  # an editable install: the data lie beside the package
        places.append(package.parent / shelf)
    return tuple(places)


def shelved(shelf: Shelf) -> dict[str, Path]:
    """All files of a shelf by name, sorted."""
    found: dict[str, Path] = {}
    for folder in reversed(folders(shelf)):
        found.update({file.stem: file for file in folder.glob("*.toml") if file.is_file()})
    return dict(sorted(found.items()))


def find(shelf: Shelf, name_or_path: str, *, paths: bool = True) -> Path:
    """The file of a name, or of a path if ``paths`` allows one (what comes over the network may only name)."""
    if paths and Path(name_or_path).is_absolute() and _is_file(Path(name_or_path)):
        return Path(name_or_path)  # which is no name, so that the shelf need not be looked through
    names = shelved(shelf)
    if name_or_path in names:
        return names[name_or_path]
    looks_like_path = name_or_path.endswith(".toml") or not _NAME.fullmatch(name_or_path)
    if paths and looks_like_path and _is_file(Path(name_or_path)):
        return Path(name_or_path).expanduser()
    guess = did_you_mean(name_or_path, names) or _what_there_is(shelf, list(names))
    raise UsageError(f"there is no {shelf.removesuffix('s')} {name_or_path[:100]!r}.{guess}")


def _what_there_is(shelf: Shelf, names: Sequence[str]) -> str:
    if len(names) > LISTED:
        return f" `liveriff {shelf}` lists all {len(names)}."
    return f" There are: {', '.join(names)}." if names else ""


def is_name(text: str) -> bool:
    """Whether a scene or preset can be called so."""
    return _NAME.fullmatch(text) is not None


def _is_file(path: Path) -> bool:
    try:
        return path.expanduser().is_file()
    except (OSError, ValueError, RuntimeError):  # too long a name, a NUL in it, a home that does not exist
        return False


@dataclass(frozen=True)
class TomlFile:
    """A file as read: ``data`` as parsed, ``text`` to find the place of a mistake in."""

    path: Path
    text: str
    data: Mapping[str, object]

    def leaves(self, table: object, keys: Keys = ()) -> Iterator[tuple[Keys, object]]:
        """Every value below a table with the keys that lead to it."""
        if not isinstance(table, dict):
            yield keys, table
            return
        for key, value in table.items():
            yield from self.leaves(value, (*keys, str(key)))

    def error(self, keys: Keys, message: str) -> UsageError:
        """The mistake at some keys, as one sentence with file, line and column."""
        line, column = self._place(keys)
        return UsageError(f"{self.path}, line {line}, column {column}: {message}")

    def _place(self, keys: Keys) -> tuple[int, int]:
        """Line and column of keys, from 1.

        The parser keeps no places, so beginnings of the file are parsed: the statement that brought the keys begins
        where the longest one without them ends. Slow, but only errors ask, and not without end.
        """
        lines, room = self.text.splitlines(keepends=True), LOOKED_THROUGH
        begin, end = 0, len(lines)  # the first so many lines have not the keys, or have
        while end - begin > 1 and room > 0:
            for middle in _from_the_middle(begin, end):
                start = "".join(lines[:middle])
                room -= len(start)
                data = _parsed(start)
                if data is not None or room <= 0:
                    break
            else:
                break  # all in between is one statement
            begin, end = (begin, middle) if data is not None and _has(data, keys) else (middle, end)
        line = lines[begin] if begin < len(lines) else ""
        return begin + 1, _column(line, keys)


def read(path: Path) -> TomlFile:
    """Read and parse; UsageError with file, line and column where it is no TOML."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(raw) > LARGEST:
        raise UsageError(f"{path} is larger than {LARGEST} bytes, so it is no scene or preset.")
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        return TomlFile(path, text, tables(text))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UsageError(f"{path}, line {line}: this is not UTF-8 text; save the file as UTF-8.") from error
    except TomlError as error:
        raise _broken(path, text, str(error)) from error


def _broken(path: Path, text: str, message: str) -> UsageError:
    match = _PLACE.search(message)
    reason = message[: match.start()] if match else message
    lines = text.split("\n")
    line, column = (match.groups() if match else None) or (None, None)
    if line is None:
        line, column = str(len(lines)), str(len(lines[-1]) + 1)
    return UsageError(f"{path}, line {line}, column {column}: {reason[:1].lower()}{reason[1:]}.")


def _from_the_middle(begin: int, end: int) -> Iterator[int]:
    """All numbers between two, the middle one first, then down, then up."""
    middle = (begin + end) // 2
    yield from range(middle, begin, -1)
    yield from range(middle + 1, end)


def _parsed(text: str) -> Mapping[str, object] | None:
    try:
        return tables(text)
    except TomlError:
        return None


def _has(data: object, keys: Keys) -> bool:
    for key in keys:
        if not isinstance(data, dict) or key not in data:
            return False
        data = data[key]
    return True


def _column(line: str, keys: Keys) -> int:
    """Where the last of the keys that the line names stands in it."""
    for key in reversed(keys):
        match = re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", line)
        if match:
            return match.start() + 1
    return len(line) - len(line.lstrip()) + 1
