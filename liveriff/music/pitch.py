"""Keys by name: tonic, mode and the notes of the scale. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from liveriff.errors import UsageError
from liveriff.params.words import MODE_ALIASES, MODES, TONIC_ALIASES, TONICS, did_you_mean

_INTERVALS = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_KEY = re.compile(r"\s*([A-Ga-g])\s*(sharp|flat|[#♯b♭]?)[-_\s]*([A-Za-z]*)\s*")
_SIGNS = {"♯": "#", "sharp": "#", "♭": "b", "flat": "b"}


@dataclass(frozen=True)
class Key:
    """A key. tonic: pitch class 0 (C) to 11; mode: a name of ``MODES``."""

    tonic: int
    mode: str

    @property
    def name(self) -> str:
        """As ``parse_key`` reads it back: "F# minor"."""
        return f"{TONICS[self.tonic]} {self.mode}"

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The notes of the scale as pitch classes, from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in _INTERVALS[self.mode])


def tonic_of(name: str) -> int:
    """Pitch class of a note name, sharp or flat; UsageError if it is none."""
    note = name.strip().capitalize()
    note = TONIC_ALIASES.get(note, note)
    if note not in TONICS:
        raise UsageError(f"{name!r} is no note; use {', '.join(TONICS)} or a flat such as Eb.")
    return TONICS.index(note)


def mode_of(name: str) -> str:
    """The mode of a name or alias; UsageError if there is none. "M" is major and "m" minor, as in chord names."""
    if name == "M":
        return "major"
    mode = MODE_ALIASES.get(name.casefold(), name.casefold())
    if mode not in MODES:
        raise UsageError(f"{name!r} is no mode; use {' or '.join(MODES)}.{did_you_mean(name, MODES)}")
    return mode


def way(old: int, new: int) -> int:
    """Semitones from one pitch class to another, the short way: -5 to 6."""
    up = (new - old) % 12
    return up if up <= 6 else up - 12


def parse_key(text: str) -> Key:
    """A key from what people write: "A minor", "Am", "F# maj", "Db", "eb-minor"; a bare note is major."""
    match = _KEY.fullmatch(text)
    if not match:
        raise UsageError(f"{text!r} is no key; write it as 'A minor' or 'F# major'.")
    letter, sign, mode = match.groups()
    return Key(tonic_of(letter + _SIGNS.get(sign, sign)), mode_of(mode) if mode else "major")
