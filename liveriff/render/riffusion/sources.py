"""What img2img starts from: sound files, spectrogram pictures, masks. Used by the renderer's thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.riffusion.canvas import BANDS, picture_of
from liveriff.render.soundfiles import read
from liveriff.render.spectrogram import Layout, analyse
from liveriff.wire.job import Job

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
_LARGEST = 64_000_000  # pixels
_NEAR = 0.25


def source_picture(path: str, job: Job, columns: int, layout: Layout) -> Tensor:
    """The picture (1, 3, 512, columns) of a file: a spectrogram as it is, or sound, laid on the canvas's beats."""
    if Path(path).suffix.lower() in PICTURES:
        return picture(path, columns)
    sound, rate = read(Path(path))
    return picture_of(canvas_of_sound(fitted(torch.as_tensor(sound), rate, job), rate, columns, layout), layout)


def fitted(sound: Tensor, rate: int, job: Job) -> Tensor:
    """As much of a sound (channels, frames) as the canvas lasts at the tempo it was conceived at.

    A file of about that length is a loop of as many beats, whatever its tempo; a longer one is cut, a shorter one is
    a loop that is repeated as often as it fits best.
    """
    if sound.shape[-1] == 0:
        raise UsageError("the source sound is empty.")
    seconds = job.beats * 6000.0 / job.canvas_bpm_cents if job.beats else job.milliseconds / 1000.0
    wanted = max(1, round(seconds * rate))
    frames = sound.shape[-1]
    if not job.beats:
        return torch.nn.functional.pad(sound[:, :wanted], (0, max(0, wanted - frames)))
    if frames > wanted * (1.0 + _NEAR):
        return sound[:, :wanted]
    if frames < wanted * (1.0 - _NEAR):
        return sound.repeat(1, max(1, round(wanted / frames)))
    return sound


def canvas_of_sound(sound: Tensor, rate: int, columns: int, layout: Layout) -> Tensor:
    """Values 0..1 (channels, 512, columns) of a loop (channels, frames), its loudest place 1, as Riffusion has it."""
    heard = sound.float().mean(0, keepdim=True) if layout.channels == 1 else sound.float()[:2]
    if layout.channels == 2 and len(heard) == 1:
        heard = heard.repeat(2, 1)
    mel = analyse(heard, rate, layout, columns)
    return (mel / mel.max().clamp(min=1e-9)) ** layout.power


def picture(path: str, columns: int) -> Tensor:
    """A picture file (1, 3, 512, columns), -1..1; resized by Lanczos where its size is another."""
    pixels = _opened(path, "RGB", (columns, BANDS), "LANCZOS")
    return pixels.permute(2, 0, 1)[None] / 127.5 - 1.0


def mask(path: str, columns: int) -> Tensor:
    """A mask file (1, 1, 512, columns), 0 (keep) to 1 (paint anew), by its luminance."""
    return _opened(path, "L", (columns, BANDS), "NEAREST")[None, None] / 255.0


def _opened(path: str, mode: str, size: tuple[int, int], method: str) -> Tensor:
    import numpy as np
    from PIL import Image

    try:
        with Image.open(path) as image:
            if image.width * image.height > _LARGEST:
                raise UsageError(f"the picture {path} is too large: {image.width} x {image.height} pixels.")
            plain: Any = image.convert("RGB") if image.mode == "P" else image
            plain = plain.convert(mode)
            if plain.size != size:
                plain = plain.resize(size, getattr(Image.Resampling, method))
            return torch.from_numpy(np.asarray(plain, np.float32).copy())
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UsageError(f"{path} is not a picture that can be read.") from error
