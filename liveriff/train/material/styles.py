"""All styles, in the order that seeds draw them in."""

from __future__ import annotations

from liveriff.train.material.style import Style
from liveriff.train.material.styles_band import BAND
from liveriff.train.material.styles_club import CLUB

_ORDER = (
    "techno",
    "house",
    "drum and bass",
    "jungle",
    "hip hop",
    "lo-fi",
    "ambient",
    "trap",
    "dubstep",
    "uk garage",
    "trance",
    "electro",
    "synthwave",
    "disco",
    "funk",
    "reggae",
    "dub techno",
    "jazz",
    "rock",
    "breakbeat",
    "afro house",
)
_ROWS = {style.name: style for style in (*CLUB, *BAND)}

STYLES: tuple[Style, ...] = tuple(_ROWS[name] for name in _ORDER)

__all__ = ["STYLES", "Style"]
