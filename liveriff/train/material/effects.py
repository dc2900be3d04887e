"""Effects on loops: all circular, so that a loop stays a loop. Pure; 44.1 kHz mono."""

from __future__ import annotations

import numpy as np
from numpy.fft import irfft, rfft

from liveriff.render.spectrogram.layout import fast_size
from liveriff.train.material.envelopes import Dice, clock, frames_of, noise
from liveriff.train.material.kernels import RATE, Sound, lowpass, single

_MARGIN = 8192
"""Frames after which what a filter rings is over."""


def wrapped(sound: Sound, frames: int) -> Sound:
    """What is longer than the loop goes on at its beginning, as often as need be."""
    padded = np.zeros(-(-len(sound) // frames) * frames, np.float32)
    padded[: len(sound)] = sound
    folded: Sound = padded.reshape(-1, frames).sum(axis=0, dtype=np.float32)
    return folded


def reverb(loop: Sound, dice: Dice, seconds: float, wet: float) -> Sound:
    """A room of decaying low-passed noise; ``seconds`` to fall by 60 dB."""
    frames = frames_of(min(seconds, 4.0))
    room = noise(dice, frames) * np.exp(-6.9 * clock(frames) / np.float32(seconds))
    room = lowpass(room, np.full(frames, dice.uniform(2500, 7000), np.float32), 0.0)
    room /= np.float32(np.sqrt(np.sum(room**2)))
    size = fast_size(len(loop) + frames)
    tail = irfft(rfft(loop, size) * rfft(room, size), size)[: len(loop) + frames]
    return single(loop + np.float32(wet) * wrapped(tail.astype(np.float32), len(loop)))


def echo(loop: Sound, sixteenths: int, steps: int, feedback: float, wet: float) -> Sound:
    """Repeats ``sixteenths`` apart on a loop of ``steps`` sixteenths."""
    out = loop.copy()
    for repeat in range(1, 5):
        out += np.float32(wet * feedback ** (repeat - 1)) * np.roll(
            loop, round(len(loop) * sixteenths * repeat / steps)
        )
    return single(out)


def toned(loop: Sound, low_hz: float, high_hz: float, tilt_db: float = 0.0) -> Sound:
    """Band limits with gentle edges (12 dB an octave) and a tilt around 1 kHz in dB an octave.

    A transform of the loop's own length would be circular by itself, but lengths with large prime factors cost
    twenty times as much: the loop's ends are repeated on both sides instead, and cut off again.
    """
    margin = min(len(loop), _MARGIN)
    size = fast_size(len(loop) + 2 * margin)
    around = np.concatenate((loop[len(loop) - margin :], loop, loop[:margin])).astype(np.float32, copy=False)
    out = irfft(rfft(around, size) * _tone(size, low_hz, high_hz, tilt_db), size)
    return single(out[margin : margin + len(loop)])


def _tone(size: int, low_hz: float, high_hz: float, tilt_db: float) -> Sound:
    hz = single(np.fft.rfftfreq(size, 1.0 / RATE))
    hz[0] = 1.0
    gain = 1.0 / ((1.0 + np.float32(low_hz**2) / hz**2) * (1.0 + hz**2 * np.float32(high_hz**-2.0)))
    if tilt_db:
        octaves = np.clip(np.log2(hz * np.float32(1e-3)), -4.0, 4.0)
        gain *= np.exp(octaves * np.float32(tilt_db / 20.0 * np.log(10.0)))
    return single(gain)


def ducked(loop: Sound, hits: list[int], depth: float, seconds: float) -> Sound:
    """Sidechain: level drops by ``depth`` at each of the frames ``hits`` and comes back within ``seconds``."""
    frames = len(loop)
    gain = np.ones(frames, np.float32)
    shape = 1.0 - depth * (1.0 - np.minimum(1.0, clock(frames_of(seconds)) / np.float32(seconds)) ** 1.5)
    for start in hits:
        places = (start + np.arange(len(shape))) % frames
        gain[places] = np.minimum(gain[places], shape)
    return loop * gain


def driven(loop: Sound, amount: float) -> Sound:
    """Soft saturation; ``amount`` 1 is gentle, 8 is a fuzz."""
    level = float(np.sqrt(np.mean(loop**2))) + 1e-6
    return single(np.tanh(loop * np.float32(0.3 * amount / level)) * np.float32(level))


def crushed(loop: Sound, hold: int, bits: int) -> Sound:
    """Fewer samples and fewer bits."""
    held = np.repeat(loop[::hold], hold)[: len(loop)]
    peak = float(np.abs(held).max()) + 1e-6
    return single(np.round(held / peak * 2**bits) / 2**bits * peak)


def crackle(dice: Dice, frames: int) -> Sound:
    """Vinyl: hiss and clicks at random places, level about 0.02."""
    out = noise(dice, frames) * np.float32(0.006)
    places = dice.integers(0, frames, size=int(frames / RATE * dice.uniform(8, 30)))
    out[places] += dice.uniform(-0.5, 0.5, len(places)).astype(np.float32)
    return toned(out, 300.0, 7000.0)
