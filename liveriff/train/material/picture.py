"""A piece of material as the picture that the model learns from."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from liveriff.render.spectrogram import EMBEDDED, analyse, encode
from liveriff.train.material.kernels import RATE
from liveriff.train.material.loops import Piece

LOOP_COLUMNS, HIT_COLUMNS = 512, 256
Pictures = NDArray[np.uint8]


def picture(piece: Piece) -> Pictures:
    """The encoded spectrogram (512 bands, columns) of a loop or a one-shot; row 0 is the lowest band."""
    loops = not piece.category.startswith("hit ")
    columns = LOOP_COLUMNS if loops else HIT_COLUMNS
    mel = analyse(torch.from_numpy(piece.sound)[None], RATE, EMBEDDED, columns, circular=loops)
    values: Pictures = (encode(mel, EMBEDDED)[0] * 255.0 + 0.5).to(torch.uint8).numpy()
    return values
