"""Renders the bank of sounds: each program every few semitones, drum kits, samples; see ``bank`` for the file.

Needs pyfluidsynth, the FluidR3 GM soundfont and sonic-pi-samples. A note that still sounds when its recording ends
gets a loop: its end is crossfaded into the place that looks most alike, so that it can be held as long as one likes.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soundfile
from numpy.fft import irfft, rfft

from liveriff.train.material import samples, soundfont
from liveriff.train.material.bank import STREAMS, VERSION
from liveriff.train.material.envelopes import faded
from liveriff.train.material.instruments import programs
from liveriff.train.material.kernels import RATE, Sound, single

STEP = 5  # semitones between recorded pitches
HELD_S = 1.65
DRUMS = {0: range(27, 88)} | {kit: range(35, 60) for kit in (8, 16, 24, 32, 40, 48)} | {
    kit: range(35, 41) for kit in (1, 2, 3, 4, 9, 10, 17, 33, 41)
}  # fmt: skip
_WINDOW, _SILENCE, _GAP = 4410, 3e-3, 1024
_QUALITY = {STREAMS[0]: 0.45, STREAMS[1]: 0.75}
LICENCES = """Notes and drums: FluidR3 GM soundfont, (c) 2000-2002, 2008 Frank Wen, (c) 2008 Toby Smithe, MIT licence.
Samples: from the collection that comes with Sonic Pi, only those that its copyright file places under CC0.
MIT licence: permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files, to deal in the software without restriction, including the rights to use, copy, modify,
merge, publish, distribute, sublicense and sell copies, provided that this notice is included in all copies or
substantial portions. The software is provided "as is", without warranty of any kind.
"""

Row = tuple[int, int, float, int, float]
"""start, frames, gain, loop, decay, as in ``bank.Entry``."""


class Stream:
    """Sounds one after the other, each with a peak of 0.9 and some silence after it."""

    def __init__(self, start: int) -> None:
        """``start``: frame of the bank at which the stream begins."""
        self._parts: list[Sound] = []
        self._start = start
        self.frames = 0

    def add(self, sound: Sound, loop: int = 0, decay: float = 1.0) -> Row:
        """Where the sound went."""
        peak = max(1e-6, float(np.abs(sound).max(initial=0.0)))
        row = (self._start + self.frames, len(sound), round(peak / 0.9, 6), loop, round(decay, 5))
        after = np.zeros(_GAP, np.float32)
        if loop:  # what is heard next follows here too: the codec blurs a sudden end, and with it the seam
            after = faded(sound[loop : loop + _GAP] * np.float32(decay), _GAP / RATE / 2)
        self._parts += [single(sound * np.float32(0.9 / peak)), single(after * np.float32(0.9 / peak))]
        self.frames += len(sound) + len(after)
        return row

    def encoded(self, quality: float) -> bytes:
        """The stream as Ogg Vorbis; written in blocks, since the encoder overflows its stack on long ones."""
        pcm = np.concatenate(self._parts)
        out = io.BytesIO()
        with soundfile.SoundFile(
            out, "w", RATE, 1, format="OGG", subtype="VORBIS", compression_level=1.0 - quality
        ) as file:
            for start in range(0, len(pcm), 4096):
                file.write(pcm[start : start + 4096])
        return out.getvalue()


def looped(sound: Sound) -> tuple[Sound, int, float]:
    """A sound, the frame its end goes on at (0: it is over), and how loud it then is.

    The 100 ms before the end are crossfaded into those before the loop.
    """
    loud = np.abs(sound) > _SILENCE * float(np.abs(sound).max(initial=1e-6))
    last = int(np.flatnonzero(loud)[-1]) + 1 if loud.any() else 1
    if last < len(sound) - _WINDOW:
        return faded(sound[:last], 0.03), 0, 1.0
    tail = sound[-_WINDOW:]
    first, until = RATE * 2 // 5, len(sound) - 3 * _WINDOW
    body = sound[first : until + _WINDOW].astype(np.float64)
    sums = np.cumsum(np.concatenate((np.zeros(1), body**2)))
    energy = sums[_WINDOW:] - sums[:-_WINDOW]
    size = 1 << len(body).bit_length()
    likeness = irfft(rfft(body, size) * np.conj(rfft(tail, size)), size)[: len(energy)]
    match = likeness / np.sqrt(np.maximum(energy, 1e-9))
    loop = first + int(np.argmax(match)) + _WINDOW
    before = sound[loop - _WINDOW : loop]
    decay = float(np.clip(np.sqrt(np.mean(tail**2) / max(1e-12, float(np.mean(before**2)))), 0.02, 1.0))
    rise = np.linspace(0.0, 1.0, _WINDOW, dtype=np.float32)
    out = sound.copy()
    out[-_WINDOW:] = tail * (1.0 - rise) + before * np.float32(decay) * rise
    return out, loop, decay


def _notes(stream: Stream, wanted: Iterable[tuple[int, int, tuple[int, int]]]) -> list[list[float]]:
    rows: list[list[float]] = []
    for bank, program, (low, high) in wanted:
        for pitch in range(low, high + STEP, STEP):
            sound = soundfont.rendered(bank, program, pitch, HELD_S)
            if float(np.abs(sound).max(initial=0.0)) > 1e-3:
                rows.append([bank, program, pitch, *stream.add(*looped(sound))])
    return rows


def _drums(stream: Stream) -> list[list[float]]:
    rows: list[list[float]] = []
    for kit, pitches in DRUMS.items():
        for pitch in pitches:
            sound = soundfont.rendered_drum(pitch, kit)
            if float(np.abs(sound).max(initial=0.0)) > 0.1:
                rows.append([128, kit, pitch, *stream.add(sound)])
    return rows


def make(path: Path, wanted: Iterable[tuple[int, int, tuple[int, int]]] | None = None) -> Path:
    """Write the bank of all instruments, or of the programs ``wanted`` as (bank, program, (lowest, highest)).

    Returns its path. Raises UsageError where the sounds it is made from are missing.
    """
    notes = Stream(0)
    rows = _notes(notes, programs() if wanted is None else wanted)
    drums = Stream(notes.frames)
    rows += _drums(drums)
    singles = {name: drums.add(samples.from_package(name)) for name in samples.ALL}
    index = {"version": VERSION, "rate": RATE, "notes": rows, "samples": singles}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with zipfile.ZipFile(part, "w") as archive:
        archive.writestr("LICENCES.md", LICENCES)
        archive.writestr("index.json", json.dumps(index), zipfile.ZIP_DEFLATED)
        for name, stream in zip(STREAMS, (notes, drums), strict=True):
            archive.writestr(name, stream.encoded(_QUALITY[name]))
    part.replace(path)
    return path
