"""The built-in test tones: a backend without weights and without torch. `doctor` and the tests play it.

Notes of the key and clicks on the beats, drawn from prompt, seed and category on a grid of sixteenths; not music, but
everything about it can be heard and checked: tempo, key, seed, morph, density.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.music.pitch import Key
from liveriff.params.words import CHUNKS, HITS, MODES, TONICS
from liveriff.render.backend import (
    PATHS,
    Audio,
    BackendFactory,
    BackendInfo,
    Canvas,
    Tick,
    go_on,
    render_in_two,
)
from liveriff.wire.job import Job

Picture = NDArray[np.float32]
Sound = NDArray[np.float64]

ROWS = 64  # semitones from the lowest note up; the last row is the click
LOWEST_NOTE = 36
COLUMNS_A_BEAT = 16
_CLICK = ROWS - 1
_A4_NOTE, _A4_HZ = 69, 440.0
_CLICK_HZ, _CLICK_S = 1500.0, 0.02
_LEVEL, _CEILING = 0.15, 0.9
_RANGES = {"drums": (48, 60), "bass": (36, 52), "synth": (60, 84), "mix": (36, 84)}
_HONOURED = ("alpha", "prompt_a", "prompt_b", "category", "seed", "seed_drift", "tonic", "mode", "density")

INFO = BackendInfo(
    name="test-tone",
    version="1",
    title="Test tones",
    licence="MIT",
    sample_rate=None,
    channels=1,
    beats=(1, 2, 4, 8, 16),
    categories=CHUNKS,
    one_shots=HITS,
    honours=frozenset(PATHS[field] for field in _HONOURED),
)


class TestTone:
    """See the module. Each of the job's steps is a tick and nothing else."""

    __test__ = False  # its name looks like a test's

    @property
    def info(self) -> BackendInfo:
        """What is known of it."""
        return INFO

    def load(self, device: str) -> None:
        """Nothing to load; any device will do."""

    def close(self) -> None:
        """Nothing to close."""

    def render(self, job: Job, tick: Tick) -> Audio:
        """The chunk of a job."""
        return render_in_two(self, job, tick)

    def canvas(self, job: Job, tick: Tick) -> Canvas:
        """A score as a picture (1, 64, 16 columns a beat): how loud each semitone sounds."""
        for step in range(1, job.steps + 1):
            go_on(tick, step, job.steps)
        ends = [_drifted(job, prompt) for prompt in (job.prompt_a, job.prompt_b)]
        blend = np.float32(job.alpha)
        return Canvas((ends[0] * (1 - blend) + ends[1] * blend)[None])

    def decode(self, canvas: Canvas, job: Job) -> Audio:
        """Sines and clicks of exactly the job's length; a loop's sines make whole turns."""
        score = canvas.values[0].astype(np.float32)
        sound = np.zeros(job.frames, np.float64)
        for row in np.flatnonzero(score[:_CLICK].any(axis=1)):
            sound += _envelope(score[row], job) * _sine(LOWEST_NOTE + int(row), job) * _LEVEL
        _add_clicks(sound, score[_CLICK], job)
        peak = float(np.abs(sound).max(initial=0.0))
        mono = (sound * (_CEILING / max(_CEILING, peak))).astype(np.float32)
        return Audio(np.stack((mono, mono), axis=1), canvas)


def _drifted(job: Job, prompt: str) -> Picture:
    """The score of one prompt, on its way to that of another seed."""
    here = _score(job, prompt, job.seed)
    if job.seed_drift <= 0.0:
        return here
    drift = np.float32(job.seed_drift)
    towards = job.seed + 1 if job.seed_b is None else job.seed_b
    there: Picture = here * (1 - drift) + _score(job, prompt, towards) * drift
    return there


def _score(job: Job, prompt: str, seed: int) -> Picture:
    dice = _dice(prompt, job.category, seed)
    if not job.beats:
        return _hit(dice, job)
    score = np.zeros((ROWS, job.beats * COLUMNS_A_BEAT), np.float32)
    notes = _notes(job)
    chance = 0.4 if job.density is None else 0.05 + 0.9 * job.density
    step = COLUMNS_A_BEAT // 4
    for first in range(0, score.shape[1], step):
        note, loudness, played = dice.integers(len(notes)), dice.uniform(0.4, 1.0), dice.uniform()
        if played < chance:
            score[notes[note] - LOWEST_NOTE, first : first + step] = loudness * np.linspace(1.0, 0.2, step)
    score[_CLICK, ::COLUMNS_A_BEAT] = 1.0
    return score


def _hit(dice: np.random.Generator, job: Job) -> Picture:
    """A one-shot: a note that dies away, and a click."""
    score = np.zeros((ROWS, COLUMNS_A_BEAT * 2), np.float32)
    notes = _notes(job)
    fall = np.linspace(1.0, 0.0, score.shape[1]) ** 2
    score[notes[dice.integers(len(notes))] - LOWEST_NOTE] = fall * dice.uniform(0.5, 1.0)
    score[_CLICK, 0] = 1.0
    return score


def _dice(prompt: str, category: str, seed: int) -> np.random.Generator:
    digest = hashlib.sha256(f"{prompt}\n{category}\n{seed}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))


def _notes(job: Job) -> list[int]:
    """MIDI notes of the key in the category's range; every note where there is no key."""
    if job.category not in (*CHUNKS, *HITS):
        raise UsageError(f"the test tones have no category {job.category!r}.")
    low, high = _RANGES.get(job.category, (48, 72))
    if job.tonic is None:
        return list(range(low, high))
    if job.mode not in MODES or not 0 <= job.tonic < len(TONICS):
        raise UsageError(f"there is no key with tonic {job.tonic} and mode {job.mode!r}.")
    classes = Key(job.tonic, job.mode).pitch_classes
    return [note for note in range(low, high) if note % 12 in classes]


def _envelope(row: Picture, job: Job) -> Sound:
    """Loudness at every frame; round the loop, or to silence after a one-shot."""
    places = np.arange(len(row) + 1) * (job.frames / len(row))
    loudness: Sound = np.interp(np.arange(job.frames), places, np.append(row, row[0] if job.beats else 0.0))
    return loudness


def _sine(note: int, job: Job) -> Sound:
    hz = _A4_HZ * 2.0 ** ((note - _A4_NOTE) / 12)
    turns = hz * job.frames / job.rate
    if job.beats:
        turns = max(1.0, round(turns))
    wave: Sound = np.sin(np.arange(job.frames) * (2.0 * np.pi * turns / max(1, job.frames)))
    return wave


def _add_clicks(sound: Sound, row: Picture, job: Job) -> None:
    """Short bursts that begin exactly on their columns and wrap round the loop's end."""
    length = min(len(sound), int(_CLICK_S * job.rate))
    time = np.arange(length) / job.rate
    burst = np.sin(2.0 * np.pi * _CLICK_HZ * time) * (1.0 - time / _CLICK_S) ** 4 * 0.5
    for column in np.flatnonzero(row):
        start = int(column * job.frames / len(row) + 0.5)
        sound[(start + np.arange(length)) % len(sound)] += burst * float(row[column])


BACKEND = BackendFactory("test-tone", lambda: INFO, "liveriff.render.testtone:TestTone")
