"""A contact sheet: every sound of a pack as its waveform over its spectrum, with its name and length. PNG."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_CELL_W, _CELL_H, _WAVE_H, _GAP, _TOP = 220, 132, 44, 12, 44
_MOST_COLUMNS = 5
_BACKGROUND, _TEXT, _DIM, _WAVE = (13, 11, 20), (226, 222, 232), (140, 134, 152), (251, 135, 97)


def write_sheet(path: Path, title: str, sounds: Mapping[str, Samples], rate: int) -> None:
    """Draw sounds (frames, channels) by name, in rows; errors as ``offline.write_wav``."""
    from PIL import Image, ImageDraw, ImageFont

    from liveriff.render.offline import write_whole

    columns = min(_MOST_COLUMNS, max(1, math.ceil(math.sqrt(len(sounds)))))
    rows = -(-len(sounds) // columns)
    size = (_GAP + columns * (_CELL_W + _GAP), _TOP + rows * (_CELL_H + 22 + _GAP))
    page = Image.new("RGB", size, _BACKGROUND)
    draw = ImageDraw.Draw(page)
    draw.text((_GAP, 12), title, font=ImageFont.load_default(17), fill=_TEXT)
    for index, (name, samples) in enumerate(sounds.items()):
        x = _GAP + index % columns * (_CELL_W + _GAP)
        y = _TOP + index // columns * (_CELL_H + 22 + _GAP)
        _cell(page, draw, (x, y), name, samples, rate)
    buffer = io.BytesIO()
    page.save(buffer, "PNG", optimize=True)
    write_whole(path, buffer.getvalue())


def _cell(page: Any, draw: Any, at: tuple[int, int], name: str, samples: Samples, rate: int) -> None:
    from PIL import Image, ImageFont

    from liveriff.render.picture import bands_of
    from liveriff.render.portrait import coloured

    x, y = at
    height = _CELL_H - _WAVE_H
    heard = sounding(samples)
    picture = Image.fromarray(coloured(bands_of(heard, rate, _CELL_W, height // 2)[::-1]))
    page.paste(picture.resize((_CELL_W, height)), (x, y + _WAVE_H))
    for column, (low, high) in enumerate(envelope(heard, _CELL_W)):
        middle = y + _WAVE_H / 2
        draw.line([(x + column, middle - high * _WAVE_H / 2), (x + column, middle - low * _WAVE_H / 2)], fill=_WAVE)
    font = ImageFont.load_default(13)
    draw.text((x, y + _CELL_H + 3), name, font=font, fill=_TEXT)
    draw.text((x + _CELL_W, y + _CELL_H + 3), f"{1000 * len(heard) / rate:.0f} ms", font=font, fill=_DIM, anchor="ra")


def sounding(samples: Samples) -> Samples:
    """A sound without the silence after it."""
    loud = np.flatnonzero(np.abs(samples).max(axis=1) > 1e-3)
    return samples[: loud[-1] + 1] if len(loud) else samples[:1]


def envelope(samples: Samples, columns: int) -> list[tuple[float, float]]:
    """Lowest and highest sample of each column, of the loudest sample of the sound."""
    starts = np.arange(columns) * len(samples) // columns
    top = max(float(np.abs(samples).max(initial=0.0)), 1e-6)
    low = np.minimum.reduceat(samples.min(axis=1), starts) / top
    high = np.maximum.reduceat(samples.max(axis=1), starts) / top
    return list(zip(low.tolist(), high.tolist(), strict=True))
