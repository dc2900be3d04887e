"""What learning says, as a screen tells it. Pure."""

from __future__ import annotations

from typing import NamedTuple

from liveriff.ui import lines

KINDS = {"absolute": "knob or fader", "relative": "endless encoder", "button": "button or pad", "program": "program"}


class Lesson(NamedTuple):
    """``/learn/state``. sure: 0..1, None while nothing was moved; bound, conflicts: sentences for a person."""

    target: str
    hint: str
    controllers: str
    control: str
    kind: str
    sure: float | None
    live: str
    layer: str
    conflicts: tuple[str, ...]
    bound: tuple[str, ...]


def lesson(text: str) -> Lesson:
    """Read it; what is left out is empty."""
    said = lines.pairs(text)

    def one(key: str) -> str:
        return said.get(key, ("",))[0]

    return Lesson(
        one("target"),
        one("hint"),
        one("controllers"),
        "  ".join(filter(None, (one("device"), one("control")))),
        _kind(one("kind"), one("bits"), one("encoding")),
        _share(one("confidence")),
        one("live"),
        one("layer"),
        said.get("conflict", ()),
        tuple("  ".join(bound.split("\t")) for bound in said.get("bound", ())),
    )


def _kind(kind: str, bits: str, encoding: str) -> str:
    named = KINDS.get(kind, kind)
    return ", ".join(filter(None, (named, f"{bits} bits" if bits else "", encoding)))


def _share(text: str) -> float | None:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return None


def sure(share: float, plain: bool = False) -> str:
    """Confidence as a bar and a word."""
    word = "sure" if share >= 0.9 else "fairly sure" if share >= 0.6 else "guessing"
    full = round(share * 5)
    return f"{('#' if plain else '▮') * full}{('.' if plain else '▯') * (5 - full)} {word}"
