"""Everything that is measured of one sound, against the facts it was made from. Pure but for nets that are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from liveriff.render.spectrogram import EMBEDDED, analyse, encode
from liveriff.train.judge import figures, tonality
from liveriff.train.judge.hearing import RATE, Bytes, Sound, seen
from liveriff.train.material import measure

Picture = NDArray[np.uint8]
LOOP_COLUMNS, SHOT_COLUMNS, SIXTEENTHS = 512, 256, 32


@dataclass(frozen=True, eq=False)
class Heard:
    """A sound, its facts, the model's kind of picture of it (512, columns), the judge's (64, 128), and numbers.

    offsets: seconds of attacks beside even sixteenths; chroma: twelve shares, or None where there is no key.
    """

    sound: Sound
    facts: dict[str, Any]
    picture: Picture
    small: Bytes
    numbers: dict[str, float]
    offsets: NDArray[np.float64]
    chroma: NDArray[np.float64] | None

    @property
    def category(self) -> str:
        """As its facts say."""
        return str(self.facts["category"])

    @property
    def loop(self) -> bool:
        """Whether it is no one-shot."""
        return not self.category.startswith("hit ")

    @property
    def key(self) -> tuple[int, str]:
        """The key that was told."""
        return int(self.facts["tonic"]), str(self.facts["mode"])


def pictured(sound: Sound, loop: bool) -> Picture:
    """The model's kind of picture of a sound; a one-shot's has two seconds."""
    mel = analyse(torch.from_numpy(sound)[None], RATE, EMBEDDED, LOOP_COLUMNS if loop else SHOT_COLUMNS, circular=loop)
    picture: Picture = (encode(mel, EMBEDDED)[0] * 255.0 + 0.5).to(torch.uint8).numpy()
    return picture


def _two_seconds(sound: Sound) -> Sound:
    """A one-shot with silence after it."""
    return np.pad(sound[: 2 * RATE], (0, max(0, 2 * RATE - len(sound))))


def heard(sound: Sound, facts: dict[str, Any]) -> Heard:
    """All measurements of a sound (frames,)."""
    category: str = facts["category"]
    loop = not category.startswith("hit ")
    sound = sound if loop else _two_seconds(sound)
    picture = pictured(sound, loop)
    numbers = {
        "level_db": figures.level_db(sound),
        "rolloff_hz": figures.rolloff_hz(sound, RATE),
        "brightness": measure.brightness(picture, category.removeprefix("hit ")),
    }
    numbers |= _of_loop(sound, picture, category) if loop else _of_shot(sound)
    struck = loop and category in ("drums", "mix")
    offsets = figures.unswung_offsets(sound, RATE, SIXTEENTHS) if struck else np.zeros(0)
    chroma = tonality.chroma(picture) if facts["tonic"] is not None and category != "drums" else None
    if chroma is not None:
        numbers["in_key"] = tonality.in_key(chroma, facts["tonic"], facts["mode"])
    return Heard(sound, facts, picture, seen(sound, loop), numbers, offsets, chroma)


def _of_loop(sound: Sound, picture: Picture, category: str) -> dict[str, float]:
    return {"seam": figures.seam(sound), "density": measure.density(picture, category)}


def _of_shot(sound: Sound) -> dict[str, float]:
    return {"attack_ms": figures.attack_ms(sound, RATE), "tail_db": figures.tail_db(sound, RATE)}
