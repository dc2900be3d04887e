"""Figures for `liveriff bench`: how much faster than real time a model is, and our decoder against Riffusion's.

Everything is measured in one run on one machine, medians of several, so that the ratios mean something on a busy one.
torch is imported when a bench is run.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from liveriff.render.backend import Backend, BackendInfo, CanvasBackend
from liveriff.render.catalog import find
from liveriff.wire.job import Job

if TYPE_CHECKING:
    from torch import Tensor

_SHOT_MS = 500
_SGD_STEPS, _SGD_RATE, _SGD_MOMENTUM = 200, 0.1, 0.9
_CLIP_FRAMES, _CLIP_COLUMNS, _CLIP_RATE = 225792, 512, 44100  # 8 beats at 93.75 BPM: 512 columns of 441 frames
CLIP_S = _CLIP_FRAMES / _CLIP_RATE
"""Seconds of sound that decoders are measured with."""


@dataclass(frozen=True)
class Speed:
    """Median seconds of a whole render, of its decoding alone (0 if it has no stages), and music per second."""

    seconds: float
    decode_seconds: float
    x_realtime: float


@dataclass(frozen=True)
class Decoders:
    """The same 5.12 s of sound from its picture: our decoder, and Riffusion's settings (FFT 17640, 32 passes).

    The errors are those of the mel magnitudes analysed again. sgd: with the iterative inverse mel that Riffusion
    shipped with, in place of the closed form; None if it was not run.
    """

    ours_seconds: float
    ours_error: float
    riffusion_seconds: float
    riffusion_error: float
    ratio: float
    sgd_seconds: float | None
    sgd_ratio: float | None


def bench(
    model: str = "embedded",
    device: str = "cpu",
    steps: int | None = None,
    repeats: int = 3,
    threads: int | None = None,
    sgd: bool = False,
) -> dict[str, object]:
    """All figures as plain numbers for JSON. ``sgd`` takes half a minute more. ModelError if the model cannot load."""
    import torch

    if threads:
        torch.set_num_threads(threads)
    backend = find(model).create()
    backend.load(device)
    info = backend.info
    try:
        loops = {name: asdict(speed(backend, job_for(info, name, True, steps), repeats)) for name in info.categories}
        shots = {name: asdict(speed(backend, job_for(info, name, False, steps), repeats)) for name in info.one_shots}
    finally:
        backend.close()
    return {
        "model": info.name,
        "version": info.version,
        "device": device,
        "steps": steps or info.default_steps,
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "loops": loops,
        "one_shots": shots,
        "decoders": asdict(decoders(repeats, sgd)),
    }


def job_for(info: BackendInfo, category: str, loop: bool, steps: int | None) -> Job:
    """What is rendered to measure a backend: eight beats, or a one-shot of half a second."""
    beats = 8 if 8 in info.beats else (info.beats or (0,))[0]
    job = Job(model=info.name, category=category, prompt_a="techno", steps=steps or info.default_steps, beats=beats)
    job = replace(job, rate=info.sample_rate or job.rate)
    return job if loop else replace(job, beats=0, milliseconds=_SHOT_MS)


def speed(backend: Backend, job: Job, repeats: int) -> Speed:
    """How long a loaded backend takes for a job."""

    def whole() -> None:
        backend.render(job, lambda _step, _of: True)

    seconds = median_seconds(whole, repeats)
    decoding = 0.0
    if isinstance(backend, CanvasBackend):
        two_stages, canvas = backend, backend.canvas(job, lambda _step, _of: True)
        decoding = median_seconds(lambda: two_stages.decode(canvas, job), repeats)
    return Speed(seconds, decoding, job.frames / job.rate / seconds)


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median time of ``repeats`` runs, after one that is not counted: it fills caches."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def decoders(repeats: int = 3, sgd: bool = False) -> Decoders:
    """Our decoder and Riffusion's in turns on the same sound."""
    import torch

    from liveriff.render.spectrogram import EMBEDDED, analyse, decode
    from liveriff.render.spectrogram.riffusion import classic, mel_of_sound

    sound = _clip()
    ours_mel = analyse(sound, _CLIP_RATE, EMBEDDED, _CLIP_COLUMNS)
    their_mel = mel_of_sound(sound, _CLIP_RATE)
    ours = decode(ours_mel, EMBEDDED, _CLIP_RATE, _CLIP_FRAMES)
    theirs = classic(their_mel)

    def error(heard: Tensor, wanted: Tensor) -> float:
        return float((heard - wanted).norm() / wanted.norm())

    our_error = error(analyse(ours, _CLIP_RATE, EMBEDDED, _CLIP_COLUMNS), ours_mel)
    their_error = error(mel_of_sound(theirs, _CLIP_RATE), their_mel)
    with torch.inference_mode():
        our_s = median_seconds(lambda: decode(ours_mel, EMBEDDED, _CLIP_RATE, _CLIP_FRAMES), repeats)
        their_s = median_seconds(lambda: classic(their_mel), max(1, repeats // 2))
        slow = their_s + median_seconds(lambda: _sgd_inverse(their_mel), 1) if sgd else None
    ratio = their_s / our_s
    return Decoders(our_s, our_error, their_s, their_error, ratio, slow, slow / our_s if slow else None)


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
