"""Pictures for the page: spectrograms in colour as small PNGs, and a sheet of many. Pure."""

from __future__ import annotations

import base64
import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]
ROWS, COLUMNS = 128, 192
_STOPS = ((0, 0, 4), (60, 15, 110), (140, 40, 130), (220, 75, 85), (250, 150, 50), (252, 255, 170))


@lru_cache(maxsize=1)
def _palette() -> list[int]:
    """256 colours from black over violet and orange to pale yellow."""
    at = np.linspace(0, len(_STOPS) - 1, 256)
    channels = [np.interp(at, range(len(_STOPS)), [stop[channel] for stop in _STOPS]) for channel in range(3)]
    return [int(value) for value in np.stack(channels, 1).round().reshape(-1)]


def drawn(picture: Picture) -> Image.Image:
    """A spectrogram uint8 (512, columns), low bands at the bottom, as a small picture with a palette."""
    image = Image.fromarray(np.ascontiguousarray(picture[::-1])).resize((COLUMNS, ROWS), Image.Resampling.BOX)
    image.putpalette(_palette())
    return image


def embedded(picture: Picture) -> str:
    """The picture as a data address for a page."""
    out = io.BytesIO()
    drawn(picture).save(out, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def sheet(rows: list[list[Picture]]) -> Image.Image:
    """Rows of spectrograms beside each other."""
    gap = 4
    size = (gap + max(len(row) for row in rows) * (COLUMNS + gap), gap + len(rows) * (ROWS + gap))
    whole = Image.new("RGB", size, (90, 90, 90))
    for down, row in enumerate(rows):
        for across, picture in enumerate(row):
            whole.paste(drawn(picture).convert("RGB"), (gap + across * (COLUMNS + gap), gap + down * (ROWS + gap)))
    return whole
