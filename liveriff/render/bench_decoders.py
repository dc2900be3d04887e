"""Figures for `liveriff bench`: our decoder against Riffusion's settings, a plain one, and other libraries'.

The same 5.12 s of sound from its mel picture, all in one run; errors are those of the mel magnitudes analysed again.
torch is imported when something is measured; libraries that are not installed, or do not work here, are left out.
"""

from __future__ import annotations

import contextlib
import importlib
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

_SGD_STEPS, _SGD_RATE, _SGD_MOMENTUM = 200, 0.1, 0.9
_CLIP_FRAMES, _CLIP_COLUMNS, _CLIP_RATE = 225792, 512, 44100  # 8 beats at 93.75 BPM: 512 columns of 441 frames
CLIP_S = _CLIP_FRAMES / _CLIP_RATE
"""Seconds of sound that decoders are measured with."""
PASSES = 32
"""Of Griffin-Lim: what other libraries do unless they are told otherwise."""


@dataclass(frozen=True)
class Decoders:
    """The same sound from its picture: our decoder, and Riffusion's settings (FFT 17640, 32 passes).

    sgd: with the iterative inverse mel that Riffusion shipped with, in place of the closed form; None if it was not
    run.
    """

    ours_seconds: float
    ours_error: float
    riffusion_seconds: float
    riffusion_error: float
    ratio: float
    sgd_seconds: float | None
    sgd_ratio: float | None


@dataclass(frozen=True)
class Other:
    """Another decoder of the same picture; ratio: how many times longer it takes than ours."""

    seconds: float
    error: float
    ratio: float


def decoders(repeats: int = 3, sgd: bool = False) -> Decoders:
    """Our decoder and Riffusion's in turns on the same sound. ``sgd`` takes half a minute more."""
    import torch

    from liveriff.render.spectrogram import EMBEDDED, analyse, decode
    from liveriff.render.spectrogram.riffusion import classic, mel_of_sound

    sound = _clip()
    ours_mel = analyse(sound, _CLIP_RATE, EMBEDDED, _CLIP_COLUMNS)
    their_mel = mel_of_sound(sound, _CLIP_RATE)
    with torch.inference_mode():
        ours, our_s = _timed(lambda: decode(ours_mel, EMBEDDED, _CLIP_RATE, _CLIP_FRAMES), repeats)
        theirs, their_s = _timed(lambda: classic(their_mel), max(1, repeats // 2))
        slow = their_s + _timed(lambda: _sgd_inverse(their_mel), 1)[1] if sgd else None
    our_error = _error(analyse(ours, _CLIP_RATE, EMBEDDED, _CLIP_COLUMNS), ours_mel)
    their_error = _error(mel_of_sound(theirs, _CLIP_RATE), their_mel)
    ratio = their_s / our_s
    return Decoders(our_s, our_error, their_s, their_error, ratio, slow, slow / our_s if slow else None)


def others(ours_seconds: float) -> dict[str, dict[str, float]]:
    """Figures of other decoders by name: those whose library is there and works."""
    import torch

    from liveriff.render.spectrogram import EMBEDDED, analyse

    mel = analyse(_clip(), _CLIP_RATE, EMBEDDED, _CLIP_COLUMNS)
    found = {}
    for name, decoder in _OTHERS.items():
        # One that was built for another torch or numpy raises nearly anything.
        with contextlib.suppress(Exception), torch.inference_mode():
            sound, seconds = _timed(lambda decoder=decoder: decoder(mel), 1)  # type: ignore[misc]
            error = _error(analyse(sound[:, :_CLIP_FRAMES], _CLIP_RATE, EMBEDDED, _CLIP_COLUMNS), mel)
            found[name] = asdict(Other(seconds, error, seconds / ours_seconds))
    return found


def _timed(work: Callable[[], Tensor], repeats: int) -> tuple[Tensor, float]:
    """What it gives, and its median time after one that is not counted."""
    given, times = work(), []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return given, statistics.median(times)


def _error(heard: Tensor, wanted: Tensor) -> float:
    return float((heard - wanted).norm() / wanted.norm())


# --- other decoders: (1, bands, columns) mel magnitudes to sound (1, frames) ---------------------------------------


def _linear(mel: Tensor, fft: int) -> Tensor:
    """STFT magnitudes (1, bins, columns) by the pseudo-inverse of the filter bank, in a library's units."""
    import torch

    from liveriff.render.spectrogram import EMBEDDED
    from liveriff.render.spectrogram.analysis import unit
    from liveriff.render.spectrogram.filterbank import inverse

    window = EMBEDDED.window(_CLIP_RATE)
    known = (inverse(EMBEDDED, _CLIP_RATE, fft, ridge=1e-3) @ mel[0]).clamp(min=0.0) / unit(
        EMBEDDED, window, _CLIP_RATE
    )
    linear = torch.zeros(1, fft // 2 + 1, mel.shape[-1])
    linear[0, : len(known)] = known
    return linear


def _plain(mel: Tensor) -> Tensor:
    """Griffin and Lim's algorithm (1984) as it is usually written, on torch's transforms."""
    import torch

    window, hop = 4410, 441
    taper = torch.hann_window(window)
    magnitudes = _linear(mel, window)
    spectra = torch.polar(magnitudes, torch.rand(magnitudes.shape, generator=torch.Generator().manual_seed(0)) * 6.2832)
    for _ in range(PASSES):
        sound = torch.istft(spectra, window, hop, window, taper, length=_CLIP_FRAMES)
        again = torch.stft(sound, window, hop, window, taper, return_complex=True)[..., : magnitudes.shape[-1]]
        spectra = torch.polar(magnitudes, again.angle())
    heard: Tensor = torch.istft(spectra, window, hop, window, taper, length=_CLIP_FRAMES)
    return heard


def _torchaudio(mel: Tensor) -> Tensor:
    functional: Any = importlib.import_module("torchaudio.functional")
    import torch

    window, hop = 4410, 441
    taper = torch.hann_window(window)
    # Until torchaudio's own inverse mel has converged it takes minutes: what is compared is the search for phases.
    sound: Tensor = functional.griffinlim(
        _linear(mel, window), taper, window, hop, window, 1.0, PASSES, 0.99, _CLIP_FRAMES, True
    )
    return sound


def _librosa(mel: Tensor) -> Tensor:
    librosa: Any = importlib.import_module("librosa")
    import torch

    window, hop = 4410, 441
    magnitudes = _linear(mel, window)[0].numpy()
    sound = librosa.griffinlim(magnitudes, n_iter=PASSES, hop_length=hop, win_length=window, length=_CLIP_FRAMES)
    return torch.from_numpy(sound)[None].float()


_OTHERS: dict[str, Callable[[Tensor], Tensor]] = {"plain": _plain, "torchaudio": _torchaudio, "librosa": _librosa}


# --- what is measured with -----------------------------------------------------------------------------------------


def _clip() -> Tensor:
    """8 beats of chord and noise bursts, (1, frames): enough of both kinds of sound."""
    import torch

    time_s = torch.arange(_CLIP_FRAMES) / _CLIP_RATE
    chord = sum((torch.sin(2 * torch.pi * hz * time_s) * 0.1 for hz in (110.0, 220.0, 277.2, 329.6)), time_s * 0.0)
    noise = torch.randn(_CLIP_FRAMES, generator=torch.Generator().manual_seed(0))
    decay = torch.exp(-(time_s % (60 / 93.75 / 2)) * 40.0)
    return (chord + 0.2 * noise * decay)[None]


def _sgd_inverse(mel: Tensor) -> Tensor:
    """Gradient descent with momentum towards magnitudes >= 0, as torchaudio before 2.1 did; returns (bins, columns)."""
    import torch

    from liveriff.render.spectrogram.filterbank import filterbank
    from liveriff.render.spectrogram.layout import RIFFUSION

    bank = torch.zeros(RIFFUSION.fft(_CLIP_RATE) // 2 + 1, RIFFUSION.bands)
    known = filterbank(RIFFUSION, _CLIP_RATE, RIFFUSION.fft(_CLIP_RATE))
    bank[: len(known)] = known
    wanted = mel[0]
    guess = torch.rand(len(bank), wanted.shape[1], generator=torch.Generator().manual_seed(0))
    speed = torch.zeros_like(guess)
    for _ in range(_SGD_STEPS):
        slope = bank @ (bank.T @ guess - wanted) * (2.0 / wanted.shape[1])
        speed.mul_(_SGD_MOMENTUM).add_(slope)
        guess.sub_(speed, alpha=_SGD_RATE).clamp_(min=0.0)
    return guess
