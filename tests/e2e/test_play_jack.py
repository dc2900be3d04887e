"""Through a real audio server: what another client records is what was rendered, where the engine says it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from e2e.command import Playing, wait_until
from e2e.house import RATE, TONE, expected_job, solo
from e2e.jackserver import MISSING, JackServer
from liveriff.music.grid import Grid
from liveriff.render.offline import render_job

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
RECORDER = Path(__file__).with_name("jackrecord.py")
BLOCK = 256


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    """A server that waits for late clients, so that a busy machine does not spoil the recording."""
    with JackServer(RATE, BLOCK, sync=True) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        yield server


def record(out: Path, seconds: float) -> subprocess.Popen[str]:
    """Another client, recording as soon as the instrument's ports exist."""
    arguments = [sys.executable, str(RECORDER), "liveriff", str(out), str(seconds)]
    return subprocess.Popen(arguments, env=dict(os.environ), stdout=subprocess.PIPE, text=True)


def correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Of two sounds of one length, 1 for the same."""
    return float((a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum() + 1e-12))


def likeness(heard: NDArray[np.float32], place: int, sound: NDArray[np.float32]) -> float:
    """Of a sound and what was heard from a frame on. Below 0 is before the recorder came: that part is left out."""
    missed = max(0, -place)
    return correlation(heard[place + missed : place + len(sound)], sound[missed:])


def frame_at(clock_s: float, blocks: list[tuple[int, float]]) -> int:
    """Of a recording, whose blocks began so; below 0 before it began, since the recorder comes after the player."""
    frames, clock = zip(*blocks, strict=True)
    return round(float(np.interp(clock_s, clock, frames)) - max(0.0, clock[0] - clock_s) * RATE)


def test_what_a_client_records_is_what_was_rendered_on_the_frame_that_was_named(
    server: JackServer, tmp_path: Path
) -> None:
    playing = Playing(tmp_path, *TONE, "--seconds=10", *solo(3))
    recorder = record(tmp_path / "heard.npy", 25)
    try:
        done = playing.end()
        assert done.status == 0, done.err
        assert recorder.wait(40) == 0
    finally:
        playing.abandon()
        recorder.kill()
    heard: NDArray[np.float32] = np.load(tmp_path / "heard.npy")
    report = done.report
    assert report["device"], report
    predicted = frame_at(report["first_downbeat_clock_s"], json.loads((tmp_path / "heard.json").read_text()))
    chunk = render_job(expected_job({}, 3)).samples
    length = Grid(RATE, expected_job({}, 3).bpm_cents).frame_of(8)
    half = length // 2
    assert predicted > -half, "the recorder came too late"
    places = range(predicted - 8 * BLOCK, predicted + 8 * BLOCK)
    start = max(places, key=lambda place: likeness(heard, place + half, chunk[half:length]))
    assert likeness(heard, start, chunk[:length]) >= 0.99
    assert abs(start - predicted) <= 4 * BLOCK
    # The clock is good for a block or two; frames are exact.
    swaps = [swap["frame"] - report["first_downbeat_frame"] for swap in report["swaps"] if swap["deck"] == 3]
    assert swaps[0] == 0
    phrase = render_job(expected_job({}, 3, phrase=1)).samples
    turn = start + Grid(RATE, expected_job({}, 3).bpm_cents).frame_of(16)
    if len(swaps) > 1:
        assert abs(start + swaps[1] - turn) <= 1
        assert likeness(heard, turn, phrase[: length // 4]) >= 0.99


def test_a_dead_audio_server_ends_in_silence_not_in_a_hang(server: JackServer, tmp_path: Path) -> None:
    playing = Playing(tmp_path, *TONE)
    try:
        playing.sounds()
        server.kill()
        assert wait_until(lambda: any("goes on where it was" in line for line in playing.said), 60), playing.said
        playing.stop()
        done = playing.end()
    finally:
        playing.abandon()
    assert done.status == 0, done.err
    assert done.report["player_restarts"] >= 1
