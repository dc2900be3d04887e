"""Contact sheets: many spectrograms on one page, each with its name. Pillow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from liveriff.train.judge.pictures import drawn

GAP, LINE, COLOURS, TEXT_SIZE = 6, 14, 40, 10
BRIGHTER = 1.6
_BACK, _INK, _DIM = (13, 11, 20), (226, 222, 232), (150, 144, 162)
Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Cell:
    """A spectrogram uint8 (bands, columns), low bands first, and what stands under it: a name and a remark."""

    picture: Picture
    name: str
    remark: str = ""


def bright(picture: Picture) -> Picture:
    """The same, so that what is soft is seen as well."""
    lit: Picture = np.minimum(255.0, picture * BRIGHTER).astype(np.uint8)
    return lit


def sheet(cells: Sequence[Cell], across: int, size: tuple[int, int]) -> bytes:
    """A PNG with so many cells a row, each of (width, height) pixels."""
    width, height = size
    rows = -(-len(cells) // across)
    page = Image.new("RGB", (GAP + across * (width + GAP), GAP + rows * (height + 2 * LINE + GAP)), _BACK)
    draw = ImageDraw.Draw(page)
    font: Any = ImageFont.load_default(TEXT_SIZE)
    for place, cell in enumerate(cells):
        x, y = GAP + place % across * (width + GAP), GAP + place // across * (height + 2 * LINE + GAP)
        page.paste(drawn(bright(cell.picture)).convert("RGB").resize(size, Image.Resampling.BOX), (x, y))
        draw.text((x, y + height + 1), cell.name, _INK, font)
        draw.text((x, y + height + LINE - 1), cell.remark, _DIM, font)
    out = io.BytesIO()
    page.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
