"""Sounds for the vocoder's training: the material resident on the device, and circular crops of it with their pictures.

Pure but for reading shards. No Python per item: a crop is an index into one flat tensor.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from liveriff.errors import UsageError
from liveriff.render.embedded.draft import HOP, RATE
from liveriff.render.spectrogram import EMBEDDED, encode
from liveriff.render.spectrogram.analysis import hann, unit
from liveriff.render.spectrogram.decoding import resampled
from liveriff.render.spectrogram.filterbank import filterbank
from liveriff.render.spectrogram.layout import fast_size
from liveriff.train import shards

HOPS = (200, 240, 256, 280, 300, 320, 360, 400, 440, 480, 520, 560, 600)
"""Frames between columns: loops of 180 to 60 beats a minute; 300 is what one-shots have."""

_FRAMES = 40960  # of a crop, about
_LIMIT = {"cuda": 1_000_000_000}  # frames kept: two bytes each
_LIMIT_ELSEWHERE = 150_000_000
_SEAM = 480  # frames over which a crop's end is blended into its start
_SHOTS = 0.2
_HELD_OUT = 50  # every fiftieth seed is kept for validation
Dice = np.random.Generator
Rows = NDArray[np.int64]


def columns_of(hop: int, frames: int = _FRAMES) -> int:
    """Columns of a crop: a whole number of HOPs, of the codec's latent columns, and about ``frames`` in all."""
    whole = max(16, HOP // int(np.gcd(HOP, hop)))
    return max(1, round(frames / hop / whole)) * whole


class Sounds:
    """The material on a device. Grows by ``refresh`` while shards appear."""

    def __init__(self, work: Path, device: torch.device) -> None:
        """Reads what there is; UsageError if there are no loops."""
        self.work, self.device = work, device
        self.flat = torch.zeros(0, dtype=torch.int16, device=device)
        self._known: set[Path] = set()
        self._taken = dict.fromkeys(shards.KINDS, 0)
        self._limit = _LIMIT.get(device.type, _LIMIT_ELSEWHERE)
        self._rows: list[tuple[int, int, int, bool]] = []  # start, frames, seed, one-shot
        shards.some_shards(work)
        self.refresh()

    def refresh(self) -> None:
        """Read shards that are new, as far as memory is meant to be used."""
        parts = [self.flat]
        for kind, share in (("shots", 0.2), ("pieces", 0.8)):
            for path in shards.shards_of(self.work, kind):
                if path in self._known or self._taken[kind] > share * self._limit:
                    continue
                self._known.add(path)
                sound = torch.from_numpy(np.array(shards.sound_of(path))).to(self.device)
                start = sum(len(part) for part in parts)
                self._rows += [(start + row["start"], row["frames"], row["seed"], kind == "shots")
                               for row in shards.facts_of(path)]  # fmt: skip
                self._taken[kind] += len(sound)
                parts.append(sound)
        if len(parts) > 1:
            self.flat = torch.cat(parts)
            self._sort()

    def _sort(self) -> None:
        """Index what is trained on and what is held out, loops and one-shots apart."""
        rows = np.array(self._rows, np.int64).reshape(-1, 4)
        rows = rows[rows[:, 1] > 0]
        held = rows[:, 2] % _HELD_OUT == 0
        self._held = rows[held] if held.any() else rows[:8]
        train = rows[~held] if not held.all() else rows
        self._loops, self._shots = train[train[:, 3] == 0], train[train[:, 3] == 1]
        if not len(self._loops):
            raise UsageError(f"there are too few loops in {self.work / 'data'}; run `liveriff train data` first.")

    def draw(self, dice: Dice, size: int, frames: int) -> Tensor:
        """Crops (size, frames) as circles at RATE, of loops and one-shots, at any place and loudness."""
        shots = int(dice.binomial(size, _SHOTS)) if len(self._shots) else 0
        rows = np.concatenate((
            self._loops[dice.integers(0, len(self._loops), size - shots)],
            self._shots[dice.integers(0, max(1, len(self._shots)), shots)],
        ))  # fmt: skip
        gain = torch.from_numpy(10.0 ** dice.uniform(-1.0, 0.05, (size, 1))).float().to(self.device)
        taken = fast_size(round(frames * 44100.0 / RATE * float(dice.uniform(0.92, 1.02))))  # also another pitch
        return self._cut(rows, dice, frames, taken) * gain

    def held(self, size: int, frames: int) -> Tensor:
        """Crops that are never trained on (as far as there is material enough), always the same."""
        dice = np.random.default_rng(5)
        rows = self._held[dice.integers(0, len(self._held), size)]
        return self._cut(rows, dice, frames, round(frames * 44100.0 / RATE))

    def _cut(self, rows: Rows, dice: Dice, frames: int, taken: int) -> Tensor:
        """Crops of ``taken`` frames at 44.1 kHz as ``frames`` at RATE.

        Loops go round; one-shots begin within the first half of the crop or a little before it.
        """
        start, length, _, shot = (torch.from_numpy(part.copy()).to(self.device)[:, None] for part in rows.T)
        share = torch.from_numpy(dice.random((len(rows), 1))).float().to(self.device)
        offset = torch.where(shot > 0, (0.2 - 0.7 * share) * taken, share * length).long()
        place = offset + torch.arange(taken + _SEAM, device=self.device)
        within = torch.where(shot > 0, place.clamp(min=0).minimum(length - 1), place % length)
        there = (shot == 0) | ((place >= 0) & (place < length))
        sound = self.flat[start + within].float() / shards.FULL_SCALE * there
        return resampled(_circle(sound), frames)


def _circle(sound: Tensor) -> Tensor:
    """A stretch whose last _SEAM frames are blended into its first."""
    rise = torch.linspace(0.0, 1.0, _SEAM, device=sound.device)
    seam = sound[:, :_SEAM] * rise + sound[:, -_SEAM:] * (1.0 - rise)
    return torch.cat((seam, sound[:, _SEAM:-_SEAM]), dim=1)


@lru_cache(maxsize=4)
def _bank(rate: float, fft: int, device: torch.device) -> Tensor:
    """The layout's filterbank (bins, bands), kept on a device."""
    with torch.inference_mode(False):
        return filterbank(EMBEDDED, rate, fft).to(device)


def pictures(sound: Tensor, hop: int, rate: float = RATE) -> Tensor:
    """Picture values (B, 512, columns) of circles (B, columns * hop); as ``analyse`` and ``encode``, for many."""
    window, fft = EMBEDDED.window(rate), EMBEDDED.fft(rate)
    bank = _bank(rate, fft, sound.device)
    taper = hann(window).to(sound.device) * unit(EMBEDDED, window, rate)
    around = torch.cat((sound[:, -(window // 2) :], sound, sound[:, : window - window // 2]), dim=1)
    frames = around.unfold(-1, window, hop)[:, : sound.shape[1] // hop]
    spectra = torch.fft.rfft(frames * taper, n=fft)[..., : len(bank)]
    return encode((spectra.abs() @ bank).transpose(1, 2), EMBEDDED)


def degraded(values: Tensor, dice: Dice) -> Tensor:
    """Pictures with a little noise, some of them blurred, as nets draw them."""
    noise = torch.from_numpy(dice.uniform(0.0, 0.012, (len(values), 1, 1))).float().to(values.device)
    values = values + noise * torch.randn_like(values)
    blurred = functional.avg_pool2d(functional.pad(values, (1, 1, 1, 1), mode="replicate"), 3, 1)
    share = torch.from_numpy(dice.uniform(-1.5, 1.0, (len(values), 1, 1))).float().clamp(min=0.0).to(values.device)
    return values.lerp(blurred, share).clamp(0.0, 1.0)
