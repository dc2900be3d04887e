"""What the path of a sound of one's own tells: category, tempo, key and words. Pure.

Libraries of loops are named as ``Drums/Dusty Break 92 BPM.wav`` or ``bass/reese_174bpm_F#m.wav``; a text file of the
same name beside it holds captions, a line each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from liveriff.errors import UsageError
from liveriff.music.pitch import Key, parse_key
from liveriff.params.words import CHUNKS, HITS

LOOPS = {
    "drums": ("drums", "drum", "beat", "beats", "break", "breaks", "breakbeat", "percussion", "top", "tops", "groove"),
    "bass": ("bass", "bassline", "sub", "reese", "808"),
    "synth": ("synth", "synths", "lead", "leads", "pad", "pads", "chord", "chords", "keys", "piano", "guitar", "arp",
              "arps", "pluck", "plucks", "melody", "melodies", "strings", "organ", "rhodes", "stab", "stabs", "vocal",
              "vocals", "vox"),
    "mix": ("mix", "mixes", "full", "master", "song", "songs", "track", "tracks"),
}  # fmt: skip
"""Words by category, of loops."""

SHOTS = {
    "kick": ("kick", "kicks", "bd", "bassdrum"),
    "snare": ("snare", "snares", "sd", "rim", "rimshot"),
    "hat": ("hat", "hats", "hihat", "hihats", "hh", "cymbal", "cymbals", "ride", "crash"),
    "clap": ("clap", "claps", "cp", "snap", "snaps"),
    "tom": ("tom", "toms"),
    "perc": ("perc", "percs", "percussion", "shaker", "conga", "bongo", "cowbell", "tambourine", "drum", "drums"),
    "bass": LOOPS["bass"],
    "synth": LOOPS["synth"],
    "fx": ("fx", "sfx", "effect", "effects", "riser", "risers", "impact", "impacts", "noise", "sweep", "foley"),
}
"""Words by category, of one-shots."""

SLOWEST, FASTEST = 60.0, 200.0
_BPM = re.compile(r"(?<![\d.])(\d{2,3}(?:\.\d+)?)\s*bpm|bpm\s*(\d{2,3}(?:\.\d+)?)", re.IGNORECASE)
_KEY = re.compile(r"^[A-G][#b♯♭]?(?:m|min|maj|minor|major)?$")
_PLAIN_KEY = re.compile(r"^[A-G]$")
_PARTS = re.compile(r"[^A-Za-z0-9#♯♭.]+|(?<=[a-z])(?=[A-Z])")
_NO_WORDS = {"bpm", "loop", "loops", "wav", "shot", "shots", "oneshot", "oneshots", "one", "sample", "samples"}


@dataclass(frozen=True)
class Named:
    """What a name tells. words: of the file and its folders, without figures; bpm, key: None where it tells none."""

    words: tuple[str, ...]
    bpm: float | None
    key: Key | None

    def category(self, loop: bool) -> str:
        """Of CHUNKS or of HITS, "" for none; the last word counts, so that a file goes before its folder."""
        table = LOOPS if loop else SHOTS
        for word in reversed(self.words):
            for category, known in table.items():
                if word in known:
                    return category
        return ""

    @property
    def phrase(self) -> str:
        """The words as a caption."""
        return " ".join(dict.fromkeys(word for word in self.words if word not in _NO_WORDS))


def told_by(path: PurePath) -> Named:
    """What a path, relative to the folder that was given, tells."""
    tokens = [token for part in (*path.parts[:-1], path.stem) for token in _PARTS.split(part) if token]
    bpm, key = _tempo(" ".join(tokens)), _key(path.stem)
    words = [token.lower() for token in tokens if not _KEY.match(token) and re.search(r"[A-Za-z]|^808$|^909$", token)]
    kept = [word for word in words if not re.fullmatch(r"\d+(\.\d+)?bpm|bpm\d*", word)]
    return Named(tuple(kept), bpm, key)


def _tempo(text: str) -> float | None:
    found = _BPM.search(text)
    if found is None:
        return None
    bpm = float(found.group(1) or found.group(2))
    return bpm if SLOWEST / 2 <= bpm <= FASTEST * 2 else None


def _key(stem: str) -> Key | None:
    """The last token that is a key; a letter alone is as likely a number of a take."""
    for token in reversed([token for token in _PARTS.split(stem) if token]):
        if _KEY.match(token) and not _PLAIN_KEY.match(token):
            return parse_key(token)
    return None


def beats_of(seconds: float, bpm: float | None) -> tuple[int, float] | None:
    """Whole beats and exact tempo of a loop; without a tempo, the power of two of beats that gives the usual one.

    None where it is no loop: what lasts less than a beat, or not a whole number of them to within a tenth of one.
    """
    if bpm is None:
        for beats in (4, 8, 16, 32, 64, 128):
            if 80.0 <= 60.0 * beats / seconds < 160.0:
                return beats, 60.0 * beats / seconds
        return None
    lasts = seconds * bpm / 60.0
    whole = round(lasts)
    return (whole, 60.0 * whole / seconds) if whole >= 1 and abs(lasts - whole) < 0.1 else None


def checked_category(category: str) -> str:
    """A category that a person named; UsageError if there is none."""
    if category and category not in (*CHUNKS, *HITS):
        raise UsageError(f"there is no category {category!r}; use one of {', '.join(dict.fromkeys((*CHUNKS, *HITS)))}.")
    return category
