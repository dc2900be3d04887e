"""Sound to Riffusion's pictures and back by a picture's own parameters. Commands, servers and seed images call this."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.soundfiles import Sound, folded
from liveriff.render.spectrogram.decoding import decode
from liveriff.render.spectrogram.exif import Parameters
from liveriff.render.spectrogram.images import MOST_COLUMNS, MOST_PIXELS
from liveriff.render.spectrogram.riffusion import PASSES, mel_of_pixels, mel_of_sound, pixels_of_mel

Pixels = NDArray[np.uint8]
"""A picture (rows, columns, 3), top row the highest band."""


def picture_of_sound(
    sound: Sound, made: Parameters, loop: bool = False, max_volume: float = 0.0, where: str = "the sound"
) -> tuple[Pixels, Parameters]:
    """The picture of a sound at ``made.rate``, and its parameters with what became black.

    loop: join the ends and give it round(frames / hop) columns, so that it decodes to a loop of the same length.
    max_volume: scale of the older encoding, in which max_volume ** (1 / power) is black instead of the loudest.
    UsageError if it is too short or too long, naming ``where``.
    """
    _check_length(sound.shape[1], made, loop, where)
    layout = made.layout()
    mel = mel_of_sound(torch.from_numpy(folded(sound, layout.channels)), made.rate, layout, circular=loop)
    pixels, top = pixels_of_mel(mel, layout, top_of(max_volume, made.power))
    return pixels.numpy(), replace(made, max_value=top)


def top_of(max_volume: float, power: float) -> float:
    """Black's magnitude in the older encoding, 255 - 255 * M ** power / max_volume; 0 for none."""
    return float(max_volume ** (1.0 / power)) if max_volume else 0.0


def _check_length(frames: int, made: Parameters, loop: bool, where: str) -> None:
    shortest = made.layout().window(made.rate) // 2 + 1
    if frames < shortest and not loop:
        raise UsageError(f"{where} lasts {frames / made.rate:.3f} s; a picture needs {shortest / made.rate:.3f} s.")
    most = min(MOST_COLUMNS, MOST_PIXELS // made.n_mels)
    if frames // made.hop >= most:
        raise UsageError(f"{where} would be {frames // made.hop} columns wide; cut it to {most} or widen --step.")


def sound_of_picture(
    pixels: Pixels,
    made: Parameters,
    rate: int = 0,
    original_length: bool = False,
    seed: int = 0,
    where: str = "the picture",
) -> Sound:
    """The sound of a picture at the level its black stands for; it may exceed 1. rate: 0 for that it was made at.

    A picture of T columns is a loop of T * hop frames. original_length: (T - 1) * hop frames that do not wrap round,
    as Riffusion cuts them. UsageError if its rows are not ``made.n_mels``, naming ``where``.
    """
    rows, columns = pixels.shape[:2]
    if rows != made.n_mels:
        raise UsageError(f"{where} is {rows} pixels high, but made of {made.n_mels} bands; say --n-mels {rows}.")
    if original_length and columns < 2:
        raise UsageError(f"{where} is one column wide; its original length would be nothing.")
    rate = rate or made.rate
    layout, hop = made.layout(), made.hop_at(rate)
    mel = mel_of_pixels(torch.from_numpy(pixels), layout)
    if not original_length:
        return decode(mel, layout, rate, columns * hop, PASSES, seed, to_bands=True).numpy()
    mirrored = _mirrored(mel, round(made.window_ms / made.step_ms))
    sound = decode(mirrored, layout, rate, mirrored.shape[2] * hop, PASSES, seed, to_bands=True)
    return sound[:, : (columns - 1) * hop].contiguous().numpy()


def one_core_each() -> None:
    """One core for each thread that converts: beside other work torch's own threads take ten times as long.

    They wait for each other in every small operation of the decoding.
    """
    torch.set_num_threads(1)


def _mirrored(mel: Tensor, reach: int) -> Tensor:
    """Columns followed by their mirror images at the end and at the start, as reflected ends were analysed."""
    reach = min(reach, mel.shape[2] - 1)
    return torch.cat((mel, mel[:, :, -reach - 1 : -1].flip(2), mel[:, :, 1 : reach + 1].flip(2)), dim=2)
