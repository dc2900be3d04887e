"""A second, independent ear: musicnn (Pons and Serra, 2019), a tagger taught on recorded music, run by torch.

Its weights come inside the package musicnn (ISC licence): `pip install --no-deps musicnn`. Only the weights' files are
read, TensorFlow is not needed. Without the package the judge does without these figures.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from liveriff.train.judge.checkpoint import tensors
from liveriff.train.judge.hearing import RATE, Floats

_OWN_RATE, _FFT, _HOP, _BANDS, _SHORTEST_S = 16000, 512, 256, 96, 3.0
_TIMBRAL, _TEMPORAL, _MIDDLE = (1, 2), (3, 4, 5), (6, 7, 8)
"""Numbers of the batch normalisations behind the three kinds of convolutions; the convolutions are one behind."""


def folder() -> Path | None:
    """Where the weights lie; None if the package is not installed."""
    found = importlib.util.find_spec("musicnn")
    place = Path(found.origin).parent / "MSD_musicnn" if found and found.origin else None
    return place if place and (place / ".index").exists() else None


@lru_cache(maxsize=1)
def _weights(place: Path) -> dict[str, Tensor]:
    return {name: torch.from_numpy(value.copy()) for name, value in tensors(place).items() if "Adam" not in name}


def embed(mono: Floats, place: Path) -> NDArray[np.float64]:
    """200 numbers of a sound (frames,) at 44.1 kHz: the last hidden layer; short sounds are repeated to 3 s."""
    repeats = max(1, int(np.ceil(_SHORTEST_S * RATE / len(mono))))
    return embed_own(_resampled(np.tile(mono, repeats)), place)


@torch.inference_mode()
def embed_own(mono: Floats, place: Path) -> NDArray[np.float64]:
    """The same of a sound at 16 kHz."""
    w = _weights(place)
    x = _norm(torch.from_numpy(_heard(mono))[None, None], w, 0)
    front = torch.cat([_timbral(x, w, n) for n in _TIMBRAL] + [_temporal(x, w, n) for n in _TEMPORAL], 1)
    layers = _middle(front, w)
    pooled = torch.stack((layers.amax(2), layers.mean(2)), 2).flatten(1)  # its weights want the two in turns
    dense = functional.relu(_norm(pooled, w, 9) @ w["dense/kernel"] + w["dense/bias"])
    out: NDArray[np.float64] = _norm(dense, w, 10)[0].double().numpy()
    return out


def _norm(x: Tensor, w: dict[str, Tensor], number: int) -> Tensor:
    """Batch normalisation of dimension 1."""
    name = f"batch_normalization_{number}" if number else "batch_normalization"
    scale = w[f"{name}/gamma"] * torch.rsqrt(w[f"{name}/moving_variance"] + 1e-3)
    shift = w[f"{name}/beta"] - w[f"{name}/moving_mean"] * scale
    sides = (1, -1) + (1,) * (x.dim() - 2)
    return x * scale.view(sides) + shift.view(sides)


def _conv(x: Tensor, w: dict[str, Tensor], number: int) -> Tensor:
    """Convolution (time, frequency) and ReLU before the batch normalisation ``number``, then that."""
    name = f"conv2d_{number - 1}" if number > 1 else "conv2d"
    kernel = w[f"{name}/kernel"].permute(3, 2, 0, 1)
    return _norm(functional.relu(functional.conv2d(x, kernel, w[f"{name}/bias"])), w, number)


def _timbral(x: Tensor, w: dict[str, Tensor], number: int) -> Tensor:
    """Tall filters, the most of all frequencies: (1, filters, time)."""
    return _conv(functional.pad(x, (0, 0, 3, 3)), w, number).amax(3)


def _temporal(x: Tensor, w: dict[str, Tensor], number: int) -> Tensor:
    """Long filters within each band, the most of all bands: (1, filters, time)."""
    name = f"conv2d_{number - 1}"
    length = w[f"{name}/kernel"].shape[0]
    return _conv(functional.pad(x, (0, 0, (length - 1) // 2, length // 2)), w, number).amax(3)


def _middle(front: Tensor, w: dict[str, Tensor]) -> Tensor:
    """Front end and three convolutions over time, two with a way straight through: (1, features, time)."""
    layers = [front]
    for number in _MIDDLE:
        image = functional.pad(layers[-1].transpose(1, 2)[:, None], (0, 0, 3, 3))
        made = _conv(image, w, number)[..., 0]
        layers.append(made if number == _MIDDLE[0] else made + layers[-1])
    return torch.cat(layers, 1)


def _resampled(mono: Floats) -> Floats:
    """At 16 kHz, by one FFT."""
    frames = round(len(mono) * _OWN_RATE / RATE)
    spectrum = np.fft.rfft(mono)[: frames // 2 + 1]
    out: Floats = (np.fft.irfft(spectrum, frames) * (frames / len(mono))).astype(np.float32)
    return out


def _heard(mono: Floats) -> Floats:
    """log(1 + 10000 mel power), (time, 96)."""
    extended = np.pad(mono, _FFT // 2, mode="reflect")
    views = np.lib.stride_tricks.sliding_window_view(extended, _FFT)[::_HOP]
    power = np.abs(np.fft.rfft(views * _taper())) ** 2
    mel: Floats = np.log10(1.0 + 10000.0 * (power @ _bank())).astype(np.float32)
    return mel


@lru_cache(maxsize=1)
def _taper() -> NDArray[np.float64]:
    taper: NDArray[np.float64] = np.hanning(_FFT + 1)[:-1]
    return taper


@lru_cache(maxsize=1)
def _bank() -> NDArray[np.float64]:
    """Slaney's mel triangles of equal area, (bins, 96), 0 to 8 kHz."""
    hz = _hz_of_mel(np.linspace(0.0, _mel_of_hz(_OWN_RATE / 2), _BANDS + 2))
    bins = np.fft.rfftfreq(_FFT, 1.0 / _OWN_RATE)[:, None]
    rise, fall = (bins - hz[:-2]) / np.diff(hz)[:-1], (hz[2:] - bins) / np.diff(hz)[1:]
    bank: NDArray[np.float64] = np.maximum(0.0, np.minimum(rise, fall)) * (2.0 / (hz[2:] - hz[:-2]))
    return bank


def _mel_of_hz(hz: float) -> float:
    return 15.0 + float(np.log(hz / 1000.0)) * 27.0 / float(np.log(6.4)) if hz >= 1000.0 else hz * 3.0 / 200.0


def _hz_of_mel(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear to 1 kHz, logarithmic above."""
    hz: NDArray[np.float64] = np.where(mel < 15.0, mel * 200.0 / 3.0, 1000.0 * 6.4 ** ((mel - 15.0) / 27.0))
    return hz
