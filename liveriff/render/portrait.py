"""A large picture of a chunk for people: spectrogram with beats and frequencies. numpy and pillow."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.render.offline import write_whole

_WINDOW, _FFT = 4096, 16384
_LOW_HZ, _HIGH_HZ = 30.0, 18000.0
_FLOOR_DB = -78.0
_WIDTH, _HEIGHT = 1120, 480
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 40, 16, 34
_BACKGROUND, _TEXT, _DIM, _GRID = (13, 11, 20), (226, 222, 232), (140, 134, 152), (255, 255, 255)
_LABELLED_HZ = (50, 100, 200, 500, 1000, 2000, 5000, 10000)
_COLOURS = (
    (0.0, 3, 2, 12),
    (0.15, 28, 16, 68),
    (0.3, 79, 18, 123),
    (0.45, 129, 37, 129),
    (0.6, 181, 54, 122),
    (0.72, 229, 80, 100),
    (0.83, 251, 135, 97),
    (0.92, 254, 194, 135),
    (1.0, 252, 253, 191),
)
"""Stops of a colour map from black through purple and orange to pale yellow: value, red, green, blue."""


@dataclass(frozen=True)
class Caption:
    """What the picture says about its chunk: beats 0 for a one-shot, whose axis is then in milliseconds; facts: more,
    such as the key and the seed."""

    title: str
    beats: int = 0
    bpm: float = 0.0
    facts: tuple[str, ...] = ()


def write_picture(path: str | Path, samples: NDArray[np.float32], rate: int, caption: Caption) -> None:
    """Spectrogram of (frames, channels) as PNG; errors as ``offline.write_wav``."""
    from PIL import Image, ImageDraw

    plot = Image.fromarray(coloured(loudness(samples, rate, bool(caption.beats))))
    page = Image.new("RGB", (_LEFT + _WIDTH + _RIGHT, _TOP + _HEIGHT + _BOTTOM), _BACKGROUND)
    page.paste(plot, (_LEFT, _TOP))
    overlay = Image.new("RGBA", page.size)
    _grid(ImageDraw.Draw(overlay), caption)
    page = Image.alpha_composite(page.convert("RGBA"), overlay).convert("RGB")
    _words(ImageDraw.Draw(page), caption, len(samples) / rate)
    buffer = io.BytesIO()
    page.quantize(256, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)  # half the bytes
    write_whole(path, buffer.getvalue())


def loudness(samples: NDArray[np.float32], rate: int, circular: bool) -> NDArray[np.float32]:
    """Values 0..1 (height, width), top row the highest frequency: -78 dB under the loudest bin to that bin."""
    mono = samples.mean(axis=1)
    half = _WINDOW // 2
    mono = np.pad(mono, (half, half), mode="wrap" if circular and len(mono) > half else "constant")
    starts = np.arange(_WIDTH) * (len(mono) - _WINDOW) // _WIDTH
    taper = np.hanning(_WINDOW).astype(np.float32)
    hz = np.geomspace(_LOW_HZ, min(_HIGH_HZ, rate / 2.05), _HEIGHT + 1)
    spectra = np.abs(np.fft.rfft(mono[starts[:, None] + np.arange(_WINDOW)] * taper, n=_FFT))
    peaks = np.maximum.reduceat(spectra, (hz * _FFT / rate).astype(np.int64), axis=1)[:, :-1]
    decibels = 20.0 * np.log10(np.maximum(peaks.T[::-1], 1e-12) / max(float(peaks.max(initial=0.0)), 1e-6))
    values: NDArray[np.float32] = (1.0 - decibels / _FLOOR_DB).clip(0.0, 1.0).astype(np.float32)
    return values


def coloured(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Values 0..1 as colours, shape (height, width, 3)."""
    stops = np.array(_COLOURS)
    table = np.stack([np.interp(np.linspace(0, 1, 256), stops[:, 0], stops[:, k]) for k in (1, 2, 3)], axis=1)
    colours: NDArray[np.uint8] = np.rint(table).astype(np.uint8)[(values * 255.0).astype(np.uint8)]
    return colours


def _y(hz: float) -> int:
    share = np.log(hz / _LOW_HZ) / np.log(_HIGH_HZ / _LOW_HZ)
    return round(_TOP + _HEIGHT * (1.0 - float(share)))


def _grid(draw: Any, caption: Caption) -> None:
    for hz in _LABELLED_HZ:
        draw.line([(_LEFT, _y(hz)), (_LEFT + _WIDTH, _y(hz))], fill=(*_GRID, 26))
    for beat in range(caption.beats):
        x = _LEFT + _WIDTH * beat // caption.beats
        draw.line([(x, _TOP), (x, _TOP + _HEIGHT)], fill=(*_GRID, 120 if beat % 4 == 0 else 52))


def _words(draw: Any, caption: Caption, seconds: float) -> None:
    from PIL import ImageFont

    large, small = ImageFont.load_default(17), ImageFont.load_default(13)
    length = f"{caption.beats} beats at {caption.bpm:g} BPM" if caption.beats else f"{seconds * 1000:.0f} ms"
    facts = " · ".join((*caption.facts, length))
    draw.text((_LEFT + _WIDTH, 14), facts, font=small, fill=_DIM, anchor="ra")
    room = _WIDTH - small.getlength(facts) - 24
    draw.text((_LEFT, 11), _elided(caption.title, large, room), font=large, fill=_TEXT)
    for hz in _LABELLED_HZ:
        name = f"{hz // 1000}k" if hz >= 1000 else str(hz)
        draw.text((_LEFT - 8, _y(hz)), name, font=small, fill=_DIM, anchor="rm")
    draw.text((_LEFT - 8, _TOP - 12), "Hz", font=small, fill=_DIM, anchor="rm")
    for share, name in _times(caption, seconds):
        draw.text((_LEFT + _WIDTH * share, _TOP + _HEIGHT + 8), name, font=small, fill=_DIM, anchor="ma")


def _elided(words: str, font: Any, room: float) -> str:
    words = " ".join(words.split())
    if font.getlength(words) <= room:
        return words
    while words and font.getlength(words + "…") > room:
        words = words[:-1]
    return words.rstrip(" ,") + "…"


def _times(caption: Caption, seconds: float) -> list[tuple[float, str]]:
    """Labels under the plot: bar.beat, or milliseconds."""
    if caption.beats:
        return [(beat / caption.beats, f"{beat // 4 + 1}.{beat % 4 + 1}") for beat in range(caption.beats)]
    step = next((step for step in (50, 100, 200, 500) if seconds * 1000 / step <= 12), 1000)
    return [(ms / 1000 / seconds, str(ms)) for ms in range(0, int(seconds * 1000), step)]
