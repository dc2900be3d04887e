"""The performer's own sound files: one folder, named by name only. Blocks on the disk: call it off the loop."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.engine.folders import data_folder, is_device, unused
from liveriff.errors import UsageError
from liveriff.params.words import did_you_mean
from liveriff.wire.folders import private

Sound = NDArray[np.float32]
"""Samples (frames, 2)."""

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff", ".opus")
END_S = 0.004  # fade of what is cut off
_BEATS = re.compile(r"\b(1|2|4|8) beats?\b")
_UNFIT = re.compile(r"[^\w .,()+#-]+")


def folder() -> Path:
    """Where they lie."""
    return data_folder() / "sounds"


def listed() -> tuple[str, ...]:
    """All names, in order."""
    try:
        return tuple(sorted(path.name for path in folder().iterdir() if path.suffix.lower() in SUFFIXES))
    except OSError:
        return ()


def named(name: str) -> Path:
    """The file of a name, whose suffix may be left out. UsageError where there is none; a path is no name."""
    names = listed()
    found = [each for each in names if plain(name) in (plain(each), plain(Path(each).stem))]
    if not found:
        near = did_you_mean(name, names)
        raise UsageError(f"there is no sound {name[:100]!r} in {folder()}.{near}")
    return folder() / found[0]


def plain(name: str) -> str:
    """As parameters carry a name: with single spaces."""
    return " ".join(name.split())


def beats_in(name: str) -> int:
    """How many beats a sound has by its name ("deck 1, 4 beats.wav"), 0 where it does not say."""
    found = _BEATS.search(name)
    return int(found[1]) if found else 0


def fetched(path: Path, rate: int, longest_s: float) -> Sound:
    """The sound of a file at a rate, cut at ``longest_s`` with a short fade. UsageError where it cannot be read."""
    from liveriff.render.soundfiles import folded, opened, part, resampled, sound_in

    with opened(path) as file:
        own = int(file.samplerate)
        most = round(longest_s * own)
        samples = sound_in(part(file, 0, most + 1), path)
    cut = samples.shape[1] > most
    stereo = resampled(folded(samples[:, :most], 2), own, rate)[:, : round(longest_s * rate)].T
    sound: Sound = np.ascontiguousarray(stereo, dtype=np.float32)
    if cut:
        fade = min(len(sound), round(END_S * rate))
        sound[len(sound) - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None]
    return sound


def stored(title: str, sound: Sound, rate: int) -> str:
    """Keep a sound under a title, or the first of "title 2" ... that is free; returns the name. UsageError or
    DeviceError where that cannot be."""
    from liveriff.render.soundfiles import write

    stem = plain(_UNFIT.sub(" ", Path(title.replace("\\", "/")).name).removesuffix(".wav"))[:60].strip(" .")
    if not stem or is_device(stem):
        raise UsageError(f"a sound needs a name of letters, not {title[:60]!r}.")
    path = _free(f"{stem}.wav")
    write(path, np.ascontiguousarray(sound.T), rate)
    return path.name


def taken_in(path: Path) -> str:
    """The name of a file, which is copied into the folder unless it lies there. UsageError where it cannot be."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path} is no sound file that a pad can play; {', '.join(SUFFIXES)} are.")
    try:
        if path.resolve().parent == folder().resolve():
            return path.name
        same = folder() / path.name
        if same.is_file() and same.read_bytes() == path.read_bytes():
            return same.name
        target = _free(path.name)
        shutil.copyfile(path, target)
    except OSError as error:
        raise UsageError(f"{path} cannot be taken into {folder()}: {error.strerror or error}.") from error
    return target.name


def _free(name: str) -> Path:
    return unused(private(folder()) / name)
