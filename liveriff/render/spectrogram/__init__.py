"""Spectrogram pictures: layouts, sound to picture, picture to sound; used by backends, training and commands.

torch is imported when a name that needs it is first asked for: a picture's parameters can be read without it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from liveriff.render.spectrogram.layout import EMBEDDED, RIFFUSION, RIFFUSION_20K, Layout

if TYPE_CHECKING:
    from liveriff.render.spectrogram.analysis import analyse, decode_image, encode
    from liveriff.render.spectrogram.decoding import PASSES, decode
    from liveriff.render.spectrogram.width import rounded_off, widen

__all__ = [
    "EMBEDDED",
    "PASSES",
    "RIFFUSION",
    "RIFFUSION_20K",
    "Layout",
    "analyse",
    "decode",
    "decode_image",
    "encode",
    "rounded_off",
    "widen",
]

_HOMES = {
    "PASSES": "decoding",
    "analyse": "analysis",
    "decode": "decoding",
    "decode_image": "analysis",
    "encode": "analysis",
    "rounded_off": "width",
    "widen": "width",
}


def __getattr__(name: str) -> object:
    """Import what needs torch, once."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
