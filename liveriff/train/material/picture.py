"""Pieces of material as pictures: the exact one that the codec learns from, and a cheap one that is only measured."""

from __future__ import annotations

import warnings
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liveriff.render.spectrogram import EMBEDDED, analyse, encode
from liveriff.render.spectrogram.analysis import hann, unit
from liveriff.render.spectrogram.filterbank import filterbank
from liveriff.train.material.kernels import RATE, Sound
from liveriff.train.material.loops import Piece

LOOP_COLUMNS, HIT_COLUMNS = 512, 256
HIT_FRAMES = 2 * RATE
"""Frames of a one-shot's picture: a shorter sound has silence after it."""

Pictures = NDArray[np.uint8]


def is_hit(category: str) -> bool:
    """Whether a piece is a one-shot."""
    return category.startswith("hit ")


def framed(sound: Sound, hit: bool) -> Sound:
    """A one-shot as long as its picture; a loop as it is."""
    if not hit:
        return sound
    return np.pad(sound[:HIT_FRAMES], (0, max(0, HIT_FRAMES - len(sound))))


def picture(piece: Piece) -> Pictures:
    """The encoded spectrogram (512 bands, columns) of a loop or a one-shot; row 0 is the lowest band."""
    hit = is_hit(piece.category)
    sound = torch.from_numpy(framed(piece.sound, hit))[None]
    mel = analyse(sound, RATE, EMBEDDED, HIT_COLUMNS if hit else LOOP_COLUMNS, circular=not hit)
    values: Pictures = (encode(mel, EMBEDDED)[0] * 255.0 + 0.5).to(torch.uint8).numpy()
    return values


def glance(sound: Sound, hit: bool) -> Pictures:
    """``picture`` for measuring only: every other column, each twice, at a fifth of the cost of the exact one."""
    columns = (HIT_COLUMNS if hit else LOOP_COLUMNS) // 2
    frames = framed(sound, hit)
    half = EMBEDDED.window(RATE) // 2
    around = torch.from_numpy(np.pad(frames, half, mode="constant") if hit else np.pad(frames, half, mode="wrap"))
    starts = torch.arange(columns) * len(frames) // columns
    views = around.unfold(0, EMBEDDED.window(RATE), 1)[starts]
    bank = _bank()
    heard = torch.fft.rfft(views * _taper(), n=EMBEDDED.fft(RATE))[:, : bank.shape[1]]
    mel = bank @ heard.abs().T.contiguous()
    grey = (encode(mel, EMBEDDED) * 255.0 + 0.5).to(torch.uint8)
    values: Pictures = grey.repeat_interleave(2, dim=1).numpy()
    return values


@lru_cache(maxsize=1)
def _taper() -> Tensor:
    window = EMBEDDED.window(RATE)
    return hann(window) * unit(EMBEDDED, window, RATE)


@lru_cache(maxsize=1)
def _bank() -> Tensor:
    """The filterbank (bands, bins): of a row's two thousand weights only a few are not zero."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls compressed rows a beta feature
        return filterbank(EMBEDDED, RATE, EMBEDDED.fft(RATE)).T.contiguous().to_sparse_csr()
