"""All styles, in the order that seeds draw them in."""

from __future__ import annotations

from liveriff.train.material.style import Style
from liveriff.train.material.styles_band import BAND
from liveriff.train.material.styles_breaks import BREAKS
from liveriff.train.material.styles_club import CLUB
from liveriff.train.material.styles_slow import SLOW

STYLES: tuple[Style, ...] = (*CLUB, *BREAKS, *BAND, *SLOW)

__all__ = ["STYLES", "Style"]
