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
from liveriff.player.wavfile import Writer

from .rig import noise

# Files of this process may not grow beyond 100 kB: the disk is full, and write() raises as it would there.
FULL_DISK = """
import resource, sys
import numpy as np
from liveriff.player.wavfile import Writer
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
writer = Writer(sys.argv[1], 48000, film=sys.argv[2] == "film")
for _ in range(40):
    writer.take(np.full((1000, 2), 0.5, np.float32))
writer.finish(30)
print(writer.done, writer.frames, writer.reason)
"""


def test_a_file_appears_whole_at_the_end(tmp_path: Path) -> None:
    sound, path = noise(30000), tmp_path / "a.wav"
    writer = Writer(str(path), 44100)
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
    writer = Writer(str(path), 48000)
    writer.take(noise(100))
    assert path.read_text() == "old"
    writer.finish(30)
    assert soundfile.info(path).frames == 100


def test_no_frames_leave_no_file(tmp_path: Path) -> None:
    Writer(str(tmp_path / "a.wav"), 48000).finish(30)
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
    monkeypatch.setattr(wavfile, "PACE_S", 1.0)
    writer = Writer(str(tmp_path / "a.wav"), 1000)
    for _ in range(30):
        writer.take(noise(1000))
    writer.finish(30)
    assert writer.reason == "the disk is too slow"
    assert soundfile.info(tmp_path / "a.wav").frames == writer.frames == 10000


def test_the_part_of_a_killed_player_can_be_read(tmp_path: Path) -> None:
    writer = Writer(str(tmp_path / "a.wav"), 1000)
    for _ in range(3):
        writer.take(noise(1000))
        writer._drain()
    with (tmp_path / "a.wav.part").open("rb") as part:
        assert soundfile.info(part).frames >= 2000
    writer.finish(30)


def test_a_file_longer_than_the_format_ends_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wavfile, "MOST_FRAMES", 500)
    writer = Writer(str(tmp_path / "a.wav"), 48000)
    writer.take(noise(800))
    writer.finish(30)
    assert (writer.frames, writer.reason) == (500, "a WAV file cannot be longer")
    assert soundfile.info(tmp_path / "a.wav").frames == 500
