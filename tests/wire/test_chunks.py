"""Chunks on disk come back bit for bit, or not at all."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liveriff.wire.chunks import ChunkCache, default_folder
from liveriff.wire.job import Job
from liveriff.wire.messages import Picture

PICTURE = Picture(2, 3, bytes(range(6)))
JOB = Job(beats=0, milliseconds=10, rate=1000)


def sound(job: Job, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(-1, 1, (job.frames, 2)).astype(np.float32)


def room(job: Job, more: int = 5) -> NDArray[np.float32]:
    return np.full((job.frames + more, 2), 9.0, np.float32)


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    cache, audio, out = ChunkCache(tmp_path / "new" / "folder"), sound(JOB), room(JOB)
    assert cache.load(JOB, out) is None
    assert cache.store(JOB, audio, PICTURE)
    kept = cache.load(JOB, out)
    assert kept is not None
    assert (kept.frames, kept.picture) == (10, PICTURE)
    assert kept.peak == np.abs(audio).max()
    assert kept.rms == pytest.approx(float(np.sqrt(np.mean(audio.astype(float) ** 2))))
    assert out[:10].tobytes() == audio.tobytes()
    assert (out[10:] == 9.0).all()
    assert cache.load(replace(JOB, seed=1), out) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255), st.integers(0, 200))
def test_a_damaged_file_is_absent(tmp_path_factory: pytest.TempPathFactory, at: int, byte: int, cut: int) -> None:
    folder = tmp_path_factory.mktemp("chunks")
    cache, out = ChunkCache(folder), room(JOB)
    cache.store(JOB, sound(JOB), PICTURE)
    path = next(folder.iterdir())
    whole = path.read_bytes()
    data = bytearray(whole)
    data[at % len(data)] = byte
    del data[len(data) - cut % len(data) :]
    path.write_bytes(data)
    kept = cache.load(JOB, out)
    if bytes(data) == whole:
        assert kept is not None
    else:
        assert kept is None
        assert (out == 9.0).all(), "nothing is written into the slot"
        assert not path.exists()


def test_a_file_under_another_name_is_not_taken(tmp_path: Path) -> None:
    cache, other = ChunkCache(tmp_path), replace(JOB, seed=5)
    cache.store(JOB, sound(JOB), PICTURE)
    os.rename(tmp_path / f"{JOB.key}.chunk", tmp_path / f"{other.key}.chunk")
    assert cache.load(other, room(JOB)) is None


def test_a_slot_that_is_too_small_gets_nothing(tmp_path: Path) -> None:
    cache = ChunkCache(tmp_path)
    cache.store(JOB, sound(JOB), PICTURE)
    out = room(JOB, more=-1)
    assert cache.load(JOB, out) is None
    assert (out == 9.0).all()


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    jobs = [replace(JOB, seed=seed) for seed in range(5)]
    size = 0
    for age, job in enumerate(jobs[:4]):
        ChunkCache(tmp_path).store(job, sound(job), PICTURE)
        path = tmp_path / f"{job.key}.chunk"
        size = path.stat().st_size
        os.utime(path, (time.time() - 100 + age,) * 2)
    ChunkCache(tmp_path).load(jobs[0], room(JOB))  # used just now
    cache = ChunkCache(tmp_path, limit_bytes=3 * size)
    cache.store(jobs[4], sound(JOB), PICTURE)
    kept = [seed for seed, job in enumerate(jobs) if cache.load(job, room(JOB))]
    assert kept == [0, 3, 4]


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    old, fresh = tmp_path / "a.chunk.1-2.part", tmp_path / "b.chunk.1-2.part"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    ChunkCache(tmp_path).store(JOB, sound(JOB), PICTURE)
    assert (old.exists(), fresh.exists()) == (False, True)


def test_a_disk_that_refuses_is_quiet(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    cache = ChunkCache(blocked)
    assert not cache.store(JOB, sound(JOB), PICTURE)
    assert cache.load(JOB, room(JOB)) is None


def test_several_writers_do_not_disturb_each_other(tmp_path: Path) -> None:
    audio = sound(JOB)
    failures: list[str] = []

    def work() -> None:
        cache, out = ChunkCache(tmp_path, limit_bytes=1), room(JOB)
        for _ in range(50):
            cache.store(JOB, audio, PICTURE)
            if cache.load(JOB, out) and out[:10].tobytes() != audio.tobytes():
                failures.append("a torn chunk")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert not list(tmp_path.glob("*.part"))


def test_the_default_folder_follows_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LIVERIFF_CACHE", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "liveriff" / "chunks"
    monkeypatch.setattr("sys.platform", "darwin")
    assert default_folder().parts[-4:] == ("Library", "Caches", "liveriff", "chunks")
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert default_folder() == tmp_path / "Local" / "liveriff" / "chunks"
    monkeypatch.setenv("LIVERIFF_CACHE", str(tmp_path / "own"))
    for system in ("linux", "darwin", "win32"):
        monkeypatch.setattr("sys.platform", system)
        assert default_folder() == tmp_path / "own" / "chunks"
