"""Every recorded note, drum and sample the material needs, in one compact file: no soundfont is needed to read it.

The file is a zip of ``notes.ogg`` and ``drums.ogg`` (Vorbis, mono, 44.1 kHz, sounds one after the other), of
``index.json`` (where each lies, its gain, its loop) and of ``LICENCES.md``. It is decoded once into a memory-mapped
``.npy`` beside it (or in the temporary folder, where that is read-only), which all workers share. Which file is read
says the environment variable LIVERIFF_BANK; child processes inherit it. Made by ``bank_making``.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.train.material.kernels import RATE, Sound, single
from liveriff.train.material.reading import read_looped

VARIABLE = "LIVERIFF_BANK"
NAME = "sounds.zip"
VERSION = 1
STREAMS = ("notes.ogg", "drums.ogg")


@dataclass(frozen=True)
class Entry:
    """A recorded sound: ``frames`` from ``start``, to be multiplied by ``gain``.

    From its end it goes on at ``loop`` (frames from its start), ``decay`` times as loud each time round; loop 0 is
    none.
    """

    start: int
    frames: int
    gain: float
    loop: int = 0
    decay: float = 1.0


Notes = dict[tuple[int, int], dict[int, Entry]]
"""(bank, program) -> pitch -> entry; drum kits are bank 128."""


@dataclass(frozen=True)
class Bank:
    """An opened bank. pcm: all sounds as int16 (frames,), mapped into memory; notes; samples by name."""

    pcm: NDArray[np.int16]
    notes: Notes
    samples: dict[str, Entry]

    def note(self, program: int, pitch: float, seconds: float, bank: int = 0) -> Sound | None:
        """A note of ``seconds`` without release, from the nearest recorded pitch; None if there is no program."""
        pitches = self.notes.get((bank, program))
        if not pitches:
            return None
        root = min(pitches, key=lambda each: (abs(each - pitch), each))
        return self._played(pitches[root], 2.0 ** ((pitch - root) / 12.0), int(seconds * RATE))

    def drum(self, pitch: int, kit: int) -> Sound | None:
        """A drum of the GM percussion map in a kit; what the kit lacks is the standard kit's."""
        entry = self.notes.get((128, kit), {}).get(pitch) or self.notes.get((128, 0), {}).get(pitch)
        return None if entry is None else self._whole(entry)

    def sample(self, name: str) -> Sound | None:
        """A sample by name."""
        entry = self.samples.get(name)
        return None if entry is None else self._whole(entry)

    def _whole(self, entry: Entry) -> Sound:
        part = self.pcm[entry.start : entry.start + entry.frames]
        return single(part * np.float32(entry.gain / 32767.0))

    def _played(self, entry: Entry, ratio: float, frames: int) -> Sound:
        part = self.pcm[entry.start : entry.start + entry.frames]
        loop = entry.loop or entry.frames
        out: Sound = read_looped(part, ratio, frames, loop, entry.decay, entry.gain / 32767.0)
        return out


def use(path: Path) -> None:
    """Read this bank from now on, here and in child processes started later."""
    os.environ[VARIABLE] = str(path)


def current() -> Bank | None:
    """The bank in use, or None. Raises UsageError if LIVERIFF_BANK names a file that is none."""
    path = os.environ.get(VARIABLE)
    return _opened(Path(path)) if path else None


def prepare() -> None:
    """Decode the bank in use now, once, so that workers started later only map it."""
    current()


@lru_cache(maxsize=2)
def _opened(path: Path) -> Bank:
    try:
        with zipfile.ZipFile(path) as archive:
            index = json.loads(archive.read("index.json"))
            stamp = "-".join(f"{archive.getinfo(name).CRC:08x}" for name in STREAMS)
            pcm = _mapped(path, stamp) if _place(path, stamp) else _decoded(archive, path, stamp)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, RuntimeError) as error:
        raise UsageError(f"{path} is no bank of sounds ({error}); make one with liveriff train bank.") from error
    if index.get("version") != VERSION:
        raise UsageError(f"{path} is a bank of another version; make one with liveriff train bank.")
    notes: Notes = {}
    for bank, program, pitch, *entry in index["notes"]:
        notes.setdefault((bank, program), {})[pitch] = Entry(*entry)
    return Bank(pcm, notes, {name: Entry(*entry) for name, entry in index["samples"].items()})


def _places(path: Path, stamp: str) -> tuple[Path, Path]:
    name = f"{path.stem}-{stamp}.npy"
    return path.with_name(name), Path(tempfile.gettempdir()) / f"liveriff-{name}"


def _place(path: Path, stamp: str) -> Path | None:
    return next((place for place in _places(path, stamp) if place.exists()), None)


def _mapped(path: Path, stamp: str) -> NDArray[np.int16]:
    place = _place(path, stamp)
    if place is None:
        raise OSError("its decoded sounds are gone")
    pcm: NDArray[np.int16] = np.load(place, mmap_mode="r")
    return pcm


def _decoded(archive: zipfile.ZipFile, path: Path, stamp: str) -> NDArray[np.int16]:
    """All sounds decoded; stored by renaming, so that a worker beside this one never maps half a file."""
    streams = [soundfile.read(io.BytesIO(archive.read(name)), dtype="int16")[0] for name in STREAMS]
    pcm: NDArray[np.int16] = np.concatenate(streams)
    for place in _places(path, stamp):
        try:
            with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".part", delete=False) as file:
                np.save(file, pcm)
            os.chmod(file.name, 0o644)
            os.replace(file.name, place)
            return _mapped(path, stamp)
        except OSError:
            continue
    return pcm


def main() -> int:
    """``python -m liveriff.train.material.bank FILE``: make the bank."""
    import sys

    from liveriff.train.material.bank_making import make

    path = Path(sys.argv[1] if len(sys.argv) > 1 else NAME)
    make(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
