"""Single notes of the FluidR3 GM soundfont (MIT licence): from the bank in use, else by fluidsynth. No reverb."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from liveriff.errors import UsageError
from liveriff.train.material import bank as banks
from liveriff.train.material.envelopes import faded
from liveriff.train.material.kernels import RATE, Sound, single

PATH = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
RELEASE_S = 0.06
_HELD_S = (0.15, 0.3, 0.6, 1.2, 2.4, 6.0)
_DRUM_BANK = 128
_SETTLE = 64 * 1400  # frames thrown away between notes: what a reset leaves sounding dies away in 2 s
_BLOCK = 64  # frames: notes begin on the synthesiser's blocks, so that a note never depends on the ones before


@lru_cache(maxsize=1)
def _synth() -> tuple[Any, int]:
    """The one synthesiser of the process and its soundfont's number."""
    try:
        import fluidsynth
    except ImportError as error:
        raise UsageError(
            "pyfluidsynth or libfluidsynth is missing; install liveriff[train] and libfluidsynth3, "
            "or name a bank of sounds in LIVERIFF_BANK."
        ) from error
    if not PATH.exists():
        raise UsageError(f"{PATH} is missing; install the package fluid-soundfont-gm, or set LIVERIFF_BANK.")
    synth = fluidsynth.Synth(gain=0.6, samplerate=float(RATE))
    synth.setting("synth.reverb.active", 0)
    synth.setting("synth.chorus.active", 0)
    return synth, synth.sfload(str(PATH))


def note(program: int, pitch: int, seconds: float, bank: int = 0, release: float = RELEASE_S) -> Sound:
    """A note held for ``seconds`` that then fades within ``release``. Raises UsageError without bank and soundfont."""
    return faded(_kept(program, pitch, round(seconds + release, 4), bank), release)


@lru_cache(maxsize=128)
def _kept(program: int, pitch: int, seconds: float, bank: int) -> Sound:
    opened = banks.current()
    sound = opened.note(program, pitch, seconds, bank) if opened else None
    if sound is not None:
        return sound
    held = next((length for length in _HELD_S if length >= seconds), _HELD_S[-1])
    return single(rendered(bank, program, pitch, held)[: int(seconds * RATE)])


@lru_cache(maxsize=512)
def drum(pitch: int, kit: int = 0) -> Sound:
    """A drum of the GM percussion map, until it is silent, at most 1.5 s; peak 1."""
    opened = banks.current()
    sound = opened.drum(pitch, kit) if opened else None
    return rendered_drum(pitch, kit) if sound is None else sound


def rendered_drum(pitch: int, kit: int) -> Sound:
    """A drum by fluidsynth."""
    sound = rendered(_DRUM_BANK, kit, pitch, 1.4)
    loud = np.flatnonzero(np.abs(sound) > 1e-3 * float(np.abs(sound).max(initial=1e-6)))
    sound = sound[: int(loud[-1]) + 1] if len(loud) else sound[:RATE]
    return faded(sound / max(1e-6, float(np.abs(sound).max())), 0.05)


@lru_cache(maxsize=256)
def rendered(bank: int, program: int, pitch: int, seconds: float) -> Sound:
    """A note by fluidsynth, its silent start cut off."""
    synth, font = _synth()
    synth.system_reset()
    synth.get_samples(_SETTLE)
    channel = 9 if bank == _DRUM_BANK else 0
    synth.program_select(channel, font, bank, program)
    synth.noteon(channel, pitch, 100)
    frames = -(-int((seconds + RELEASE_S) * RATE) // _BLOCK) * _BLOCK
    stereo = np.asarray(synth.get_samples(frames), np.float32).reshape(-1, 2)
    mono: Sound = stereo.mean(axis=1) / np.float32(32768.0)
    start = int(np.argmax(np.abs(mono) > 1e-3))  # some notes begin with silence: the grid would be missed
    return mono[start:] if start < RATE // 10 else mono
