"""Sounds as the autoencoders of AudioLDM and its kin are shown them: logarithms of mel magnitudes.

The settings are those of the authors' configuration: at a hop of 160 frames a window and an FFT of 1024; as many bands
as the vocoder reads, triangles of equal area on Slaney's scale from 0 to half the rate; magnitudes, not below 1e-5, in
natural logarithms; the sound at a peak of 0.5. Other hops have windows in proportion.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import torch
from torch import Tensor

PEAK = 0.5
FLOOR = 1e-5
_WINDOW, _HOP = 1024, 160


class Ear:
    """Hears for one vocoder."""

    def __init__(self, rate: int, hop: int, bands: int) -> None:
        """hop: frames a column of the spectrogram stands for."""
        self._hop = hop
        self._window = round(hop * _WINDOW / _HOP)
        audio: Any = importlib.import_module("transformers.audio_utils")
        bank = audio.mel_filter_bank(
            num_frequency_bins=self._window // 2 + 1, num_mel_filters=bands, min_frequency=0.0,
            max_frequency=rate / 2.0, sampling_rate=rate, norm="slaney", mel_scale="slaney",
        )  # fmt: skip
        self._bank = torch.from_numpy(np.asarray(bank, np.float32))

    def __call__(self, sound: Tensor) -> Tensor:
        """(columns, bands) of a sound (frames,): a column for every hop."""
        taper = torch.hann_window(self._window)
        spectra = torch.stft(sound, self._window, self._hop, window=taper, center=True, return_complex=True).abs()
        heard = spectra[:, : len(sound) // self._hop].T @ self._bank
        return heard.clamp(min=FLOOR).log()


def brought_to_level(sound: Tensor) -> Tensor:
    """A sound (frames,) without offset, its peak where the models were trained with it."""
    centred = sound - sound.mean()
    return centred * (PEAK / centred.abs().max().clamp(min=1e-8))
