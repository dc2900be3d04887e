"""Recordings on one time line, from what a recorder writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from liveriff.drill.ear import Heard, joined, laid, of_film, read_tape
from liveriff.drill.gaps import gaps
from liveriff.errors import DeviceError

RATE = 1000


def ramp(first: int, frames: int) -> np.ndarray:
    return np.repeat(np.arange(first, first + frames, dtype=np.float32)[:, None], 2, axis=1)


def test_what_the_recorder_missed_is_not_a_number_and_all_else_is_in_its_place() -> None:
    rows = np.array([[0, 5000, 50.010], [10, 5010, 50.011], [20, 5040, 50.040]])
    heard = laid(ramp(0, 30), rows, RATE)
    assert heard.began == pytest.approx(50.0)
    assert len(heard.sound) == 50
    assert np.isnan(heard.sound[20:40]).all()
    assert heard.sound[:20, 0].tolist() == list(range(20))
    assert heard.sound[40:, 1].tolist() == list(range(20, 30))


def test_a_server_that_stood_still_was_silent_meanwhile() -> None:
    rows = np.array([[0, 0, 1.0], [10, 10, 1.012], [20, 20, 4.02], [30, 30, 4.031]])
    heard = laid(ramp(1, 40), rows, RATE)
    assert heard.began == pytest.approx(1.0, abs=1e-3)
    assert heard.seconds == pytest.approx(3.04, abs=2e-3)
    assert heard.sound[:20, 0].tolist() == list(range(1, 21))
    assert not heard.sound[20:3019].any()
    assert heard.sound[-20:, 0].tolist() == list(range(21, 41))


def test_the_servers_count_may_come_round() -> None:
    rows = np.array([[0, 2**32 - 10, 1.0], [10, 0, 1.01]])
    assert laid(ramp(0, 20), rows, RATE).sound[:, 0].tolist() == list(range(20))


def test_between_two_servers_there_is_silence() -> None:
    heard = joined([Heard(ramp(1, 10), RATE, 5.0), Heard(ramp(1, 10), RATE, 5.025)])
    assert heard.seconds == pytest.approx(0.035)
    assert heard.sound[10:25].tolist() == [[0.0, 0.0]] * 15
    assert heard.sound[25:, 0].tolist() == list(range(1, 11))
    assert heard.second(5.025) == pytest.approx(0.025)


def test_files_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "heard"
    ramp(0, 8).tofile(path.with_suffix(".f32"))
    path.with_suffix(".index").write_text("0 100 9.000000\n4 104 9.004000\n")
    tape = read_tape(path, RATE)
    assert tape is not None
    assert tape.sound[:, 0].tolist() == list(range(8))
    assert tape.began == pytest.approx(9.0)


def test_where_nothing_was_recorded_that_is_said(tmp_path: Path) -> None:
    assert read_tape(tmp_path / "absent", RATE) is None
    (tmp_path / "cut.f32").write_bytes(b"")
    (tmp_path / "cut.index").write_text("")
    with pytest.warns(UserWarning, match="no data"):
        assert read_tape(tmp_path / "cut", RATE) is None
    with pytest.raises(DeviceError, match="recorded nothing"):
        joined([])
    with pytest.raises(DeviceError, match="no sound to look at"):
        of_film(tmp_path / "film.wav", 0.0, RATE)


def test_what_is_played_that_is_no_sound_is_a_hole(tmp_path: Path) -> None:
    """Else it would pass for what the recorder has missed, and a player that plays NaN for one that plays."""
    sound = ramp(1, 600)
    sound[100:400] = np.nan
    sound[400:500] = np.inf
    sound.tofile(tmp_path / "heard.f32")
    (tmp_path / "heard.index").write_text("0 100 9.000000\n")
    (tmp_path / "film.wav").write_bytes(bytes(58) + sound.tobytes())
    tape = read_tape(tmp_path / "heard", RATE)
    assert tape is not None
    for heard in (tape, of_film(tmp_path / "film.wav", 9.0, RATE)):
        assert [(gap.start_s, gap.length_s) for gap in gaps(heard.sound, RATE)] == [(0.1, 0.4)]
