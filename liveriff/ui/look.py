"""Colours and marks that mean something, in one table; every colour has a letter or a sign beside it. Pure."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple


class Mark(NamedTuple):
    """A state as sign, sign where only ASCII can be shown, and the theme variable of its colour."""

    sign: str
    plain: str
    colour: str


STATES = {
    "playing": Mark("▶", ">", "success"),
    "bridging": Mark("↻", "~", "warning"),
    "standing in": Mark("≈", "=", "warning"),
    "landing": Mark("↓", "v", "accent"),
    "ready": Mark("●", "o", "primary"),
    "rendering": Mark("◐", "*", "secondary"),
    "waiting": Mark("◌", ",", "text-muted"),
    "planned": Mark("○", ".", "text-muted"),
    "silent": Mark("-", "-", "text-muted"),
    "empty": Mark("-", "-", "text-muted"),
}
"""Of chunks, decks and pads."""

CATEGORIES = {
    "drums": ("DR", "#ff7a59"), "bass": ("BA", "#5aa9ff"), "synth": ("SY", "#c58bff"), "mix": ("MX", "#58d6a9"),
    "kick": ("KI", "#ff7a59"), "snare": ("SN", "#ffb14a"), "hat": ("HA", "#f4e04d"), "clap": ("CL", "#ff8fb3"),
    "perc": ("PE", "#9adf5a"), "fx": ("FX", "#5fd7e8"), "tom": ("TO", "#e8a07a"),
}  # fmt: skip
"""Two letters and a colour each, on dark ground at a contrast of 7:1 or more."""

INK = "#0b0d12"
"""Text on a ground in the colour of a category."""


def letters(category: str) -> str:
    """The two letters of a category; its own first two where it is a new one."""
    return CATEGORIES[category][0] if category in CATEGORIES else category[:2].upper() or "--"


def tint(category: str, dark: bool) -> str:
    """The colour of a category as text or mark on the ground of a dark or a light theme."""
    colour = CATEGORIES.get(category, ("", "#b8bcc8"))[1]
    return colour if dark else _darkened(colour)


def _darkened(colour: str) -> str:
    """The same hue, as light as text on a light ground may be."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    light = sum(share * channel**2.2 for share, channel in zip((0.2126, 0.7152, 0.0722), channels, strict=True))
    factor = min(1.0, (_DARK_ENOUGH / light) ** (1 / 2.2))
    return "#" + "".join(f"{int(channel * factor * 255):02x}" for channel in channels)


_DARK_ENOUGH = 0.12
"""Relative luminance that stands at 4.5:1 or more against the grounds of a light theme."""


def ascii_only(environ: dict[str, str] | None = None, encoding: str | None = None) -> bool:
    """Whether the terminal can show no more than ASCII; LIVERIFF_ASCII=1 says so by hand."""
    environ = dict(os.environ) if environ is None else environ
    told = environ.get("LIVERIFF_ASCII", "")
    if told:
        return told != "0"
    encoding = (sys.stdout.encoding or "ascii") if encoding is None else encoding
    return environ.get("TERM", "") in ("dumb", "vt100") or "utf" not in encoding.lower()
