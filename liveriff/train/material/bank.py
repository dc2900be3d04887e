"""Recorded notes and hits: FluidR3 GM (MIT) played once into files, and Sonic Pi's CC0 drum samples.

Each instrument is a file of int16 (notes, frames) at 44.1 kHz; pitches between are resampled by a semitone or two.
Where the sound font or the samples are not installed, what needs them falls back to synthesis.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.train.material.voices import RATE, Audio

FONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
SAMPLES = Path("/usr/share/sonic-pi/samples")
LOWEST, STEP, COUNT = 24, 3, 25  # recorded pitches: MIDI 24, 27, ... 96
HELD_S, TAIL_S = 3.5, 0.5

PROGRAMS: dict[str, int] = {
    "piano": 0, "honky": 3, "rhodes": 4, "dx": 5, "clavinet": 7, "vibraphone": 11, "marimba": 12, "hammond": 16,
    "nylon": 24, "steel": 25, "clean": 27, "muted": 28, "overdrive": 29, "distortion": 30, "upright": 32,
    "fingered": 33, "picked": 34, "slap": 36, "strings": 48, "choir": 52, "trumpet": 56, "brass": 61, "sax": 65,
    "flute": 73,
}  # fmt: skip
KITS: dict[str, int] = {"standard": 0, "room": 8, "power": 16, "electronic": 24, "gm808": 25, "jazz": 32, "brush": 40}
KEYS: dict[str, tuple[int, ...]] = {
    "kick": (36, 35), "snare": (38, 40), "clap": (39,), "hat": (42,), "open": (46,), "ride": (51, 59), "crash": (49, 57),
    "tom": (45, 47, 43), "conga": (63, 62, 64, 60, 61), "rim": (37,), "shaker": (70, 82, 69), "cowbell": (56,),
    "blip": (75, 76, 77),
}  # fmt: skip
SAMPLED: dict[str, tuple[str, ...]] = {
    "kick": ("bd_808", "bd_ada", "bd_boom", "bd_fat", "bd_gas", "bd_haus", "bd_klub", "bd_pure", "bd_sone", "bd_tek", "bd_zome",
             "bd_zum", "drum_heavy_kick", "drum_bass_hard"),
    "snare": ("sn_dolf", "sn_dub", "sn_generic", "sn_zome", "drum_snare_hard", "drum_snare_soft", "elec_snare",
              "elec_hi_snare", "elec_lo_snare", "elec_mid_snare"),
    "clap": ("perc_snap", "perc_snap2", "elec_filt_snare"),
    "hat": ("drum_cymbal_closed", "drum_cymbal_pedal"),
    "open": ("drum_cymbal_open", "drum_cymbal_soft", "elec_cymbal"),
    "crash": ("drum_cymbal_hard", "drum_splash_hard", "drum_splash_soft"),
    "tom": ("drum_tom_hi_hard", "drum_tom_lo_hard", "drum_tom_mid_hard", "elec_fuzz_tom"),
    "conga": ("tabla_te1", "tabla_na", "tabla_ghe1", "tabla_tun1", "tabla_ke1", "tabla_re"),
    "rim": ("elec_tick", "elec_wood", "elec_pop"),
    "cowbell": ("drum_cowbell", "perc_bell2"),
    "blip": ("elec_blip", "elec_blip2", "elec_blup", "elec_plip", "elec_ping", "elec_twip", "perc_till", "glitch_perc1"),
}  # fmt: skip

_folder: list[Path] = []


def use(folder: Path) -> None:
    """Say where the recorded notes lie for this process."""
    _folder[:] = [folder]
    _notes.cache_clear()


def record(folder: Path) -> bool:
    """Play every instrument and kit into ``folder``, once; False where the sound font cannot be played."""
    if (folder / "done").exists():
        return True
    try:
        import fluidsynth
    except ImportError:
        return False
    if not FONT.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    synth = fluidsynth.Synth(gain=0.9, samplerate=RATE)
    synth.setting("synth.reverb.active", 0)
    synth.setting("synth.chorus.active", 0)
    font = synth.sfload(str(FONT))
    for name, program in PROGRAMS.items():
        synth.program_select(0, font, 0, program)
        pitches = range(LOWEST, LOWEST + STEP * COUNT, STEP)
        _save(folder / f"{name}.npy", [_play(synth, 0, pitch, HELD_S, TAIL_S) for pitch in pitches])
    for name, program in KITS.items():
        synth.program_select(9, font, 128, program)
        keys = [key for keys in KEYS.values() for key in keys]
        _save(folder / f"kit-{name}.npy", [_play(synth, 9, key, 1.0, 0.8) for key in keys])
    synth.delete()
    (folder / "done").touch()
    return True


def _play(synth: object, channel: int, key: int, held: float, tail: float) -> NDArray[np.int16]:
    synth.noteon(channel, key, 104)  # type: ignore[attr-defined]
    sound = synth.get_samples(int(held * RATE))  # type: ignore[attr-defined]
    synth.noteoff(channel, key)  # type: ignore[attr-defined]
    last = synth.get_samples(int(tail * RATE))  # type: ignore[attr-defined]
    synth.get_samples(3 * RATE)  # type: ignore[attr-defined]
    both = np.concatenate([sound, last]).reshape(-1, 2).astype(np.int32)
    return (both.sum(axis=1) // 2).astype(np.int16)


def _save(path: Path, notes: list[NDArray[np.int16]]) -> None:
    part = path.with_suffix(f".{os.getpid()}.tmp")
    with part.open("wb") as stream:
        np.save(stream, np.stack(notes))
    part.replace(path)


@lru_cache(maxsize=64)
def _notes(name: str) -> NDArray[np.int16] | None:
    if not _folder or not (_folder[0] / f"{name}.npy").exists():
        return None
    return np.asarray(np.load(_folder[0] / f"{name}.npy", mmap_mode="r"))


def has(name: str) -> bool:
    """Whether an instrument was recorded."""
    return _notes(name) is not None


def note(name: str, midi: float, frames: int, held: int, release: float) -> Audio:
    """One recorded note at ``midi``, released after ``held`` frames."""
    bank = _notes(name)
    if bank is None:
        raise KeyError(name)
    index = int(np.clip(round((midi - LOWEST) / STEP), 0, COUNT - 1))
    ratio = 2.0 ** ((midi - LOWEST - STEP * index) / 12.0)
    source = bank[index]
    sound = np.zeros(frames, np.float32)
    size = min(frames, int((len(source) - 2) / ratio))
    place = np.arange(size) * ratio
    sound[:size] = np.interp(place, np.arange(len(source)), source)
    sound *= np.float32(1.0 / (np.abs(sound).max() + 1.0))
    if held < frames:
        sound[held:] *= np.exp(-5.0 * np.arange(frames - held) / (release * RATE)).astype(np.float32)
    fade = min(frames, 600)
    sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return sound


def kit_hit(kit: str, piece: str, choice: int) -> Audio | None:
    """A hit of a recorded kit, peak 1; None where it is not there."""
    bank = _notes(f"kit-{kit}")
    if bank is None or piece not in KEYS:
        return None
    before = 0
    for name, keys in KEYS.items():
        if name == piece:
            return _tidy(bank[before + choice % len(keys)].astype(np.float32))
        before += len(keys)
    return None


def sample_hit(piece: str, choice: int) -> Audio | None:
    """A CC0 sample for a piece, peak 1; None where there is none."""
    import soundfile

    names = SAMPLED.get(piece)
    if not names:
        return None
    path = SAMPLES / f"{names[choice % len(names)]}.flac"
    if not path.exists():
        return None
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = sound.mean(axis=1)
    if rate != RATE:
        mono = np.interp(np.arange(int(len(mono) * RATE / rate)) * rate / RATE, np.arange(len(mono)), mono)
    return _tidy(mono[: int(1.6 * RATE)].astype(np.float32))


def _tidy(sound: Audio) -> Audio:
    """Silence before and after taken off, peak 1, a short fade."""
    peak = float(np.abs(sound).max()) + 1e-9
    loud = np.flatnonzero(np.abs(sound) > 0.02 * peak)
    cut = sound[loud[0] : loud[-1] + 800].copy() / np.float32(peak)
    fade = min(len(cut), 800)
    cut[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return cut
