"""The colour map of spectrograms: perceptually uniform on dark ground, by formula. Pure.

Lightness rises in equal steps of Oklab (Ottosson, 2020), so that the picture reads without its colours; the hue turns
from indigo over magenta and orange to pale yellow, with as much chroma as sRGB holds at that lightness.
"""

from __future__ import annotations

import math
from functools import lru_cache

RGB = tuple[int, int, int]
LEVELS = 64
_LIGHT = (0.13, 0.97)
_HUE = (282.0, 455.0)  # degrees; 455 is 95, once round
_CHROMA = 0.2
_BISECTIONS = 20


@lru_cache(maxsize=1)
def colours() -> tuple[RGB, ...]:
    """LEVELS colours from silence to the loudest."""
    return tuple(_colour(level / (LEVELS - 1)) for level in range(LEVELS))


def _colour(t: float) -> RGB:
    light = _LIGHT[0] + (_LIGHT[1] - _LIGHT[0]) * t
    hue = math.radians(_HUE[0] + (_HUE[1] - _HUE[0]) * t**0.9)
    most = _CHROMA * math.sin(math.pi * min(1.0, 0.12 + 0.8 * t)) ** 0.8
    low, high = 0.0, most
    for _ in range(_BISECTIONS):  # the most chroma that sRGB holds
        middle = (low + high) / 2
        low, high = (middle, high) if _inside(_linear(light, middle, hue)) else (low, middle)
    red, green, blue = (round(255 * _gamma(min(1.0, max(0.0, part)))) for part in _linear(light, low, hue))
    return red, green, blue


def _linear(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Oklch to linear sRGB; the matrices are Ottosson's."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _inside(linear: tuple[float, float, float]) -> bool:
    return all(-1e-4 <= part <= 1.0001 for part in linear)


def _gamma(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def luminance(colour: RGB) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.1)."""
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
