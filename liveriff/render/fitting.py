"""Sounds made to fit: channels, rate, exact lengths, the seam of a loop, the ends of a one-shot. numpy only.

Sounds are float32 (channels, frames).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from liveriff.music.grid import frames_of
from liveriff.render.soundfiles import Sound, resampled
from liveriff.wire.job import Job

Make = Callable[[int, Sound | None], Sound]
"""make(frames, source) -> at least so many frames of a model's own sound; from a source of that length, if any."""

SEAM_S = 0.03
_FADE_S = 0.01
_QUIET = 0.003  # of the peak: -50 dB


def with_channels(sound: Sound, channels: int) -> Sound:
    """One channel copied, or several mixed down, or itself."""
    if len(sound) == channels:
        return sound
    mono = sound.mean(axis=0, keepdims=True, dtype=np.float32)
    return np.ascontiguousarray(np.repeat(mono, channels, axis=0))


def beats_within(job: Job, rate: int, most: int) -> int:
    """How many beats of a loop are made before they are repeated: all, halved until they take ``most`` frames.

    A model trained with pieces of a second has nothing to say about eight; a bar of it, repeated, has a beat.
    """
    seam, beats = round(SEAM_S * rate), job.beats
    while beats % 2 == 0 and frames_of(beats, job.bpm_cents, rate) + seam > most:
        beats //= 2
    return beats


def looped(job: Job, rate: int, most: int, make: Make, source: Sound | None) -> Sound:
    """A job's loop (channels, job.frames) by a model of another rate that makes ``most`` frames at once."""
    beats = beats_within(job, rate, most)
    frames = round(frames_of(beats, job.bpm_cents, job.rate) * rate / job.rate)
    over = max(1, min(frames // 4, round(SEAM_S * rate)))
    made = make(frames + over, None if source is None else repeated(source, frames + over))[:, : frames + over]
    made = closed(made, frames)
    return stretched_round(np.tile(made, (1, job.beats // beats)), job.frames)


def one_shot(job: Job, rate: int, most: int, make: Make, source: Sound | None) -> Sound:
    """A job's one-shot (channels, job.frames): at most ``most`` frames or the source's length, then silence."""
    wanted = -(-job.frames * rate // job.rate)
    frames = min(wanted, most if source is None else max(most, source.shape[1]))
    made = begun(make(frames, None)) if source is None else make(frames, cut(source, frames))
    return cut(ended(cut(resampled(made[:, :frames], rate, job.rate), job.frames), job.rate), job.frames)


def prepared(sound: Sound, rate: int, to: int, channels: int) -> Sound:
    """A sound as a model with its rate and channels takes it."""
    return with_channels(resampled(sound, rate, to), channels)


def repeated(sound: Sound, frames: int) -> Sound:
    """So many frames of a sound that goes round and round."""
    around: Sound = np.take(sound, np.arange(frames) % sound.shape[1], axis=1)
    return around


def cut(sound: Sound, frames: int) -> Sound:
    """So many frames: cut, or silence after the end."""
    return np.pad(sound[:, :frames], ((0, 0), (0, max(0, frames - sound.shape[1]))))


def closed(sound: Sound, frames: int) -> Sound:
    """A loop of ``frames`` of a longer sound: what follows its end is faded out over its beginning, at equal power."""
    over = min(sound.shape[1] - frames, frames)
    loop: Sound = sound[:, :frames].copy()
    if over > 0:
        angle = (np.arange(over, dtype=np.float32) + 0.5) / over * (np.pi / 2)
        loop[:, :over] = loop[:, :over] * np.sin(angle) + sound[:, frames : frames + over] * np.cos(angle)
    return loop


def stretched_round(loop: Sound, frames: int) -> Sound:
    """A loop resampled to exactly so many frames, without an end: one FFT over all of it."""
    if loop.shape[1] == frames:
        return loop
    spectrum = np.fft.rfft(loop.astype(np.float64))
    if frames < loop.shape[1]:
        spectrum = spectrum[:, : frames // 2 + 1]
    longer = np.fft.irfft(spectrum, n=frames) * (frames / loop.shape[1])
    return np.ascontiguousarray(longer, dtype=np.float32)


def begun(sound: Sound) -> Sound:
    """A one-shot without the near silence before its first sound."""
    loud = np.abs(sound).max(axis=0)
    over = np.flatnonzero(loud > _QUIET * loud.max(initial=0.0))
    first = int(over[0]) if len(over) else 0
    return sound[:, first:]


def ended(sound: Sound, rate: int) -> Sound:
    """A one-shot whose last milliseconds fade to silence."""
    frames = min(sound.shape[1], max(1, round(_FADE_S * rate)))
    faded: Sound = sound.copy()
    faded[:, sound.shape[1] - frames :] *= np.linspace(1.0, 0.0, frames, dtype=np.float32)
    return faded


def turned_down(sound: Sound) -> Sound:
    """Itself, or as much softer as its peak is above full scale: clipping would be heard."""
    peak = np.abs(sound).max(initial=np.float32(1.0))
    softer: Sound = np.clip(sound / peak, -1.0, 1.0)
    return softer
