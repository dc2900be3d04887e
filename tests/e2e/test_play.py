"""The whole instrument as a stranger runs it: the command, its processes, the file that comes out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from e2e.command import Playing, run, wait_until
from e2e.house import BEAT_S, RATE, TONE, expected_job, solo
from liveriff.music.grid import Grid
from liveriff.params.words import DECKS
from liveriff.render.offline import render_job

pytestmark = [pytest.mark.e2e, pytest.mark.alone]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Playing]]:
    """Starts performances in the background; none of them outlives its test."""
    started: list[Playing] = []

    def begin(*arguments: str) -> Playing:
        started.append(Playing(tmp_path, *arguments))
        return started[-1]

    yield begin
    for playing in started:
        playing.abandon()


def read(path: Path) -> NDArray[np.float32]:
    """Frames of a sound file, shape (frames, 2)."""
    sound, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    return np.asarray(sound)


def longest_silence(sound: NDArray[np.float32]) -> float:
    """Seconds of the longest run of digital silence; test tones die away between beats, a lost block never ends."""
    loud = np.flatnonzero(np.abs(sound).max(axis=1) > 0)
    edges = np.concatenate([[-1], loud, [len(sound)]])
    return float(np.diff(edges).max() - 1) / RATE


def test_a_file_gets_exactly_its_seconds_and_what_was_rendered(tmp_path: Path) -> None:
    out = tmp_path / "b.wav"
    done = run(tmp_path, "play", "--headless", "--json", *TONE, f"--sink=wav:{out}", "--seconds=8", *solo(3))
    assert done.status == 0, done.err
    sound = read(out)
    assert sound.shape == (8 * RATE, 2)
    job = expected_job({}, 3)
    chunk = render_job(job).samples
    drift = done.report["swaps"][-1]["frame"] - done.report["first_downbeat_frame"]
    first_phrase = sound[: min(drift, len(sound)) - RATE // 10] if drift else sound
    grid = Grid(RATE, job.bpm_cents)
    for repeat in range(int(len(first_phrase) / grid.frame_of(8))):
        start = grid.frame_of(8 * repeat)
        length = min(job.frames, grid.frame_of(8 * repeat + 8) - start)
        # 16-bit or 24-bit steps of the file are all that may lie between what was rendered and what was played.
        np.testing.assert_allclose(first_phrase[start : start + length], chunk[:length], atol=2**-14)
    assert done.report["underruns"] == 0


def test_all_decks_sound_without_a_gap_and_changes_land_on_the_bar(tmp_path: Path) -> None:
    out = tmp_path / "b.wav"
    done = run(tmp_path, "play", "--headless", "--json", *TONE, f"--sink=wav:{out}", "--seconds=10")
    assert done.status == 0, done.err
    report = done.report
    assert {swap["deck"] for swap in report["swaps"]} == set(DECKS)
    assert longest_silence(read(out)) < BEAT_S
    grid = Grid(RATE, expected_job({}, 1).bpm_cents, report["first_downbeat_frame"])
    for swap in report["swaps"]:
        beat = grid.beat_at(swap["frame"])
        assert abs(beat - round(beat / 4) * 4) * grid.frames_per_beat <= 1


def test_killed_renderers_cost_nothing_but_time(tmp_path: Path, start: Callable[..., Playing]) -> None:
    out = tmp_path / "b.wav"
    playing = start(*TONE, "--no-cache", f"--sink=wav:{out}", "--seconds=14", "--set=/quantum=beat")
    playing.sounds()
    killed: set[int] = set()
    for _ in range(3):
        assert wait_until(lambda: playing.kill_renderer(killed), 15)
    done = playing.end()
    assert done.status == 0, done.err
    assert done.report["renderer_restarts"] == 3
    assert longest_silence(read(out)) < BEAT_S


@pytest.mark.parametrize("after_s", [0.0, 0.01, 0.06, 0.5])  # before and after the first chunk has landed
def test_a_killed_player_is_back_where_the_music_would_be(start: Callable[..., Playing], after_s: float) -> None:
    playing = start(*TONE, "--sink=null")
    playing.sounds()
    time.sleep(after_s)
    player = playing.player()
    assert player is not None
    player.kill()
    assert wait_until(lambda: any("goes on where it was" in line for line in playing.said), 30)
    time.sleep(1)
    playing.stop()
    done = playing.end()
    assert done.status == 0, done.err
    assert done.report["player_restarts"] == 1
    swaps = done.report["swaps"][-4:]
    assert {swap["deck"] for swap in swaps} == set(DECKS)
    assert all(swap["frame"] < RATE for swap in swaps)  # at once, by the new player's count


def test_a_scene_played_before_starts_from_kept_chunks(tmp_path: Path) -> None:
    first = run(tmp_path, "play", "--headless", "--json", *TONE, "--sink=null", "--seconds=2").report
    again = run(tmp_path, "play", "--headless", "--json", *TONE, "--sink=null", "--seconds=2").report
    assert first["chunks"]["from_cache"] == 0
    assert again["chunks"]["from_cache"] >= 4
    assert again["first_sound_s"] < first["first_sound_s"]


def test_with_no_sound_device_the_null_sink_plays_and_one_sentence_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, "play", "--headless", "--json", *TONE, "--seconds=1", "--device=there is no such device")
    assert done.status == 0, done.err
    assert done.report["sink"] == "null"
    assert done.err.count("null sink") == 1


def test_nothing_is_left_behind(start: Callable[..., Playing]) -> None:
    playing = start(*TONE, "--sink=null")
    playing.sounds()
    family = playing.family()
    playing.stop()
    assert playing.end().status == 0
    assert wait_until(lambda: not any(process.is_running() for process in family), 10)
    assert not list(Path("/dev/shm").glob(f"liveriff-{playing.process.pid}-*"))
