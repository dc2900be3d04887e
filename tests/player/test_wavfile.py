"""Files: exact, whole or not there, and never in the way of the sound."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveriff.errors import DeviceError
from liveriff.player import wavfile
from liveriff.player import writer as writing
from liveriff.player.recording import STEMS, Recording, stem_path
from liveriff.player.writer import Writer

from .rig import noise

# Files of this process may not grow beyond 100 kB: the disk is full, and write() raises as it would there.
FULL_DISK = """
import resource, sys
import numpy as np
from liveriff.player.writer import Writer
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
writer = Writer(sys.argv[1], 48000, film=sys.argv[2] == "film")
for _ in range(40):
    writer.take(np.full((1000, 2), 0.5, np.float32))
writer.finish(30)
print(writer.done, writer.frames, writer.reason)
"""


def test_a_file_appears_whole_at_the_end(tmp_path: Path) -> None:
    sound, path = noise(30000), tmp_path / "a.wav"
    writer = Writer(str(path), 44100, film=True)
    for first in range(0, 30000, 700):
        writer.take(sound[first : first + 700])
    assert not path.exists()
    assert (tmp_path / "a.wav.part").exists()
    writer.finish(30)
    assert writer.done
    assert not writer.reason
    assert writer.frames == 30000
    read, rate = soundfile.read(path, dtype="float32")
    assert rate == 44100
    np.testing.assert_array_equal(read, sound)
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_an_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_text("old")
    writer = Writer(str(path), 48000, film=True)
    writer.take(noise(100))
    assert path.read_text() == "old"
    writer.finish(30)
    assert soundfile.info(path).frames == 100


def test_no_frames_leave_no_file(tmp_path: Path) -> None:
    for film in (True, False):
        Writer(str(tmp_path / "a.wav"), 48000, film=film).finish(30)
    assert not list(tmp_path.iterdir())


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "no" / "a.wav", "does not exist"), (tmp_path, "is a folder")):
        with pytest.raises(DeviceError, match=words):
            Writer(str(path), 48000)
    with pytest.raises(DeviceError, match="holds"):
        Writer(str(tmp_path / "a.wav"), 48000, frames=1 << 31)
    assert not list(tmp_path.iterdir())


def test_a_disk_without_room_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1000, 0, 1000))
    with pytest.raises(DeviceError, match="no room"):
        Writer(str(tmp_path / "a.wav"), 48000, frames=1000)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("kind", ["film", "tape"])
def test_a_full_disk_removes_a_film_and_keeps_a_tape(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.wav"
    run = [sys.executable, "-c", FULL_DISK, str(path), kind]
    done, frames, reason = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split(maxsplit=2)
    assert done == "True"
    assert reason.strip() == "File too large"
    if kind == "film":
        assert int(frames) == 0
        assert not list(tmp_path.iterdir())
    else:
        read, _ = soundfile.read(path)
        assert len(read) == int(frames) == (100_000 - wavfile.HEADER_BYTES) // 8
        assert (read == 0.5).all()


def test_a_disk_that_is_too_slow_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PACE_S", 1.0)
    writer = Writer(str(tmp_path / "a.wav"), 1000)
    for _ in range(30):
        writer.take(noise(1000))
    writer.finish(30)
    assert writer.reason == "the disk is too slow"
    assert soundfile.info(tmp_path / "a.wav").frames == writer.frames == 10000


def test_a_film_longer_than_the_format_is_no_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_FRAMES", 500)
    writer = Writer(str(tmp_path / "a.wav"), 48000, film=True)
    writer.take(noise(800))
    writer.finish(30)
    assert writer.reason == "a WAV file cannot be longer"
    assert not list(tmp_path.iterdir())


# --- recordings ---------------------------------------------------------------------------------------------------

KILLED = """
import os, sys, time
import numpy as np
from liveriff.player.recording import Recording
recording = Recording(sys.argv[1], 48000)
block = np.full((480, 2), 0.25, np.float32)
for _ in range(250):
    recording.take(block)
    time.sleep(0.01)
print(recording.frames, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_a_killed_recording_can_be_played_up_to_its_last_second(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"set{suffix}"
    run = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, capture_output=True, text=True)
    written = int(run.stdout)
    heard, rate = soundfile.read(path)
    assert rate == 48000
    assert written - rate <= len(heard) <= 250 * 480
    assert (abs(heard - 0.25) < 1e-6).all()


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_a_recording_goes_on_in_another_file_without_losing_a_frame(tmp_path: Path, suffix: str) -> None:
    sound = noise(60000)
    (tmp_path / f"set (3){suffix}").write_text("precious")
    recording = Recording(str(tmp_path / f"set{suffix}"), 48000, most_bytes=200_000)
    for first in range(0, 60000, 700):
        recording.take(sound[first : first + 700])
    recording.finish(30)
    assert recording.done
    assert not recording.reason
    assert [path.name for path in recording.files] == [f"set{n}{suffix}" for n in ("", " (2)", " (4)")]
    parts = [soundfile.read(path, dtype="float32")[0] for path in recording.files]
    assert len(parts[0]) == (200_000 - wavfile.HEADER_BYTES) // wavfile.FRAME_BYTES
    heard = np.concatenate(parts)
    assert len(heard) == recording.frames == 60000
    np.testing.assert_allclose(heard, sound, atol=0 if suffix == ".wav" else 2**-23)
    assert (tmp_path / f"set (3){suffix}").read_text() == "precious"


def test_stems_are_as_long_as_the_mix_and_begin_with_it(tmp_path: Path) -> None:
    depth, n = 72, 256
    recording = Recording(str(tmp_path / "set.wav"), 48000, stems=True, depth=depth)
    parts = np.stack([noise(40 * n, seed=seed) for seed in range(6)]).astype(np.float64)
    mixed = np.concatenate([np.zeros((depth, 2)), parts.sum(axis=0)])  # the limiter is late by its look-ahead
    for first in range(0, 40 * n, n):
        piece = parts[:, first : first + n]
        recording.take_stems(piece[:4], piece[4], piece[5])
        recording.take(mixed[first : first + n].astype(np.float32))
    recording.finish(30)
    assert recording.done
    assert len(recording.files) == 7
    heard, _ = soundfile.read(tmp_path / "set.wav", dtype="float64")
    stems = [soundfile.read(stem_path(recording.path, stem), dtype="float64")[0] for stem in STEMS]
    assert {len(stem) for stem in stems} == {len(heard)} == {40 * n}
    np.testing.assert_allclose(sum(stems), heard, atol=1e-6)
    assert stems[4][depth:].any()


def test_a_recording_whose_stems_cannot_be_opened_is_refused_whole(tmp_path: Path) -> None:
    (tmp_path / "set - pads.wav").mkdir()
    with pytest.raises(DeviceError, match="is a folder"):
        Recording(str(tmp_path / "set.wav"), 48000, stems=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_full_disk_ends_a_recording_with_one_reason_and_keeps_what_there_is(tmp_path: Path) -> None:
    script = """
import resource, sys, time
import numpy as np
from liveriff.player.recording import Recording
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
recording = Recording(sys.argv[1], 48000, stems=True, depth=10)
for _ in range(40):
    block = np.full((1000, 2), 0.5)
    recording.take_stems(np.stack([block] * 4), block, block)
    recording.take(block.astype(np.float32))
while not recording.done:
    time.sleep(0.01)
print(recording.reason)
"""
    run = [sys.executable, "-c", script, str(tmp_path / "set.wav")]
    assert subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip() == "File too large"
    assert len(list(tmp_path.iterdir())) == 7
    assert all(soundfile.info(path).frames == (100_000 - 58) // 8 for path in tmp_path.iterdir())
