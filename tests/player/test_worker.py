"""The player as it runs: a process, a pipe, shared memory, a clock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from liveriff.player.options import PlayerOptions
from liveriff.wire.cells import Cells
from liveriff.wire.messages import Ended, Opened, Quit, Record, Recorded, Released, SinkLost, Swap, Swapped

from .house import House
from .rig import noise

BEAT = 24000
ENGINE = """
import sys, time
import numpy as np
from liveriff.player.options import PlayerOptions
from liveriff.wire.messages import Record, Swapped
from player.house import House

if __name__ == "__main__":
    with House(PlayerOptions(sink="null", orphan_s=float(sys.argv[2]), leash=sys.argv[3])) as house:
        house.open()
        house.lend(0, np.full((24000, 2), 0.5, np.float32))
        house.swap(0, at=0)
        house.start(48000)
        house.pipe.send(Record(sys.argv[1]))
        house.hear(Swapped)
        print("playing", flush=True)
        time.sleep(60)
"""
pytestmark = pytest.mark.e2e


def test_two_chunks_into_a_file_bit_for_bit(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path, one, two = tmp_path / "out.wav", noise(BEAT, 1), noise(BEAT, 2)
    with House(PlayerOptions(sink=f"wav:{path}", seconds=1.75)) as house:
        opened = house.open()
        assert (opened.sink, opened.rate, opened.block) == ("wav", 48000, 256)
        house.lend(0, one)
        house.lend(1, two)
        house.swap(0, at=0)
        grid = house.start(48000)
        assert house.hear(Swapped) == Swapped(1, 0, grid.frame)
        house.swap(1, at=2, fade=480)
        assert house.hear(Swapped) == Swapped(1, 1, grid.frame + 2 * BEAT)
        assert house.hear(Released) == Released(0)
        assert not path.exists()
        assert house.hear(Ended) == Ended(84000)
        assert house.leave() == 0
    heard, rate = soundfile.read(path, dtype="float32")
    assert rate == 48000
    assert len(heard) == 84000
    np.testing.assert_array_equal(heard[: 2 * BEAT - 480], np.tile(one, (2, 1))[:-480])
    np.testing.assert_array_equal(heard[2 * BEAT :], np.tile(two, (2, 1))[: 84000 - 2 * BEAT])
    assert [p.name for p in tmp_path.iterdir()] == ["out.wav"]
    assert capfd.readouterr().err == ""  # nor does the interpreter complain about views at the end


def test_the_null_sink_keeps_time_and_ends() -> None:
    with House(PlayerOptions(sink="null", rate=44100, block=64, seconds=0.5)) as house:
        assert house.open().rate == 44100
        first = house.gauges.snapshot()
        house.play_on(22050)
        second = house.gauges.snapshot()
        played = (second["frame"] - first["frame"]) / 44100
        assert played < 3 * (second["clock_s"] - first["clock_s"])  # and not as fast as it can
        assert second["blocks"] * 64 == second["frame"]
        house.start(44100)
        assert house.hear(Ended) == Ended(22050)
        assert house.leave() == 0


def test_quit_fades_out_and_keeps_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "tape.wav"
    with House(PlayerOptions(sink="null")) as house:
        house.open()
        house.lend(0, np.full((BEAT, 2), 0.5, np.float32))
        house.swap(0, at=0)
        house.start(48000)
        house.pipe.send(Record(str(path)))
        house.hear(Swapped)
        house.play_on()
        house.pipe.send(Quit())
        recorded = house.hear(Recorded)
        assert house.leave() == 0
    heard, _ = soundfile.read(path)
    assert (recorded.path, recorded.frames, recorded.reason) == (str(path), len(heard), "")
    loud = np.flatnonzero(heard[:, 0])
    fade = heard[loud[-1] - 2390 : loud[-1], 0]
    assert (np.diff(fade) < 0).all()  # 50 ms
    assert fade[0] == pytest.approx(0.5, abs=0.01)


def test_recordings_start_and_end_when_told_and_failures_are_told(tmp_path: Path) -> None:
    with House(PlayerOptions(sink="null")) as house:
        house.open()
        house.pipe.send(Record(str(tmp_path / "no" / "a.wav")))
        assert "does not exist" in house.hear(Recorded).reason
        house.pipe.send(Record(str(tmp_path / "a.wav")))
        house.play_on()
        house.pipe.send(Record(None))
        recorded = house.hear(Recorded)
        assert soundfile.info(tmp_path / "a.wav").frames == recorded.frames > 0
        assert house.process.is_alive()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (PlayerOptions(sink="nonsense"), "no sink"),
        (PlayerOptions(sink="wav:/no/such/folder/a.wav"), "does not exist"),
        (PlayerOptions(sink="null", panel="liveriff-no-such-panel", panel_names=("/a",)), "shared memory"),
        (PlayerOptions(sink="device", device="no such card"), "."),
    ],
)
def test_what_cannot_be_opened_is_said_in_a_sentence(
    options: PlayerOptions, words: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "liveriff-no-such-server")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    with House(options) as house:
        assert words in house.hear(SinkLost).reason
        assert house.leave() == 3
        assert not any(isinstance(message, Opened) for message in house.said)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_full_disk_loses_the_sink_and_leaves_nothing(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "out.wav"
    with House(PlayerOptions(sink=f"wav:{path}")) as house:
        house.open()
        resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))
        house.start(48000)
        assert "could not be written: File too large." in house.hear(SinkLost).reason
        assert house.leave() == 3
    assert not list(tmp_path.iterdir())


def test_swaps_that_make_no_sense_give_their_slot_back() -> None:
    with House(PlayerOptions(sink="null")) as house:
        house.open()
        for deck, slot, frames, beats in ((9, 1, 100, 1), (1, 99, 100, 1), (1, 2, 10**9, 1), (1, 3, 100, 0)):
            house.pipe.send(Swap(deck, slot, frames, beats, Fraction(0), None, 0))
            assert house.hear(Released) == Released(slot)
        house.pipe.send("nonsense")
        house.start(48000)
        house.play_on()


def test_the_panel_is_heard(tmp_path: Path) -> None:
    name, path = f"liveriff-{os.getpid()}-testpanelworker", tmp_path / "out.wav"
    panel = Cells(name, ("/deck/1/level",), create=True)
    panel["/deck/1/level"] = -20.0
    options = PlayerOptions(sink=f"wav:{path}", seconds=0.3, panel=name, panel_names=panel.names)
    with House(options) as house:
        house.open()
        house.lend(0, np.full((BEAT, 2), 0.5, np.float32))
        house.swap(0, at=0)
        house.start(48000)
        house.hear(Ended)
        assert house.leave() == 0
    panel.close()
    heard, _ = soundfile.read(path)
    np.testing.assert_allclose(heard, 0.05, rtol=1e-6)


def orphan(folder: Path, orphan_s: float) -> tuple[Path, Path]:
    """A player whose engine was killed in the middle: what it records, and its leash."""
    tape, leash, script = folder / "tape.wav", folder / "1.player", folder / "engine.py"
    script.write_text(ENGINE)
    leash.write_text("")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
    command = [sys.executable, str(script), str(tape), str(orphan_s), str(leash)]
    engine = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    assert engine.stdout
    assert engine.stdout.readline() == "playing\n"
    engine.kill()
    engine.wait()
    return tape, leash


def faded(tape: Path) -> NDArray[np.float32]:
    """What was recorded, once the last of it is silent."""
    until = time.monotonic() + 30
    heard = np.ones((1, 2), np.float32)
    while (not len(heard) or abs(heard[-1, 0]) >= 0.001) and time.monotonic() < until:
        time.sleep(0.2)
        heard, _ = soundfile.read(tape, dtype="float32")
    return heard


def test_when_the_engine_is_killed_the_music_goes_on_for_a_while(tmp_path: Path) -> None:
    tape, _ = orphan(tmp_path, 1.0)
    heard = faded(tape)
    full = np.flatnonzero(heard[:, 0] == 0.5)
    assert full[-1] - full[0] > 0.5 * 48000
    assert len(heard) - full[-1] > 1.9 * 48000  # and 2 s of fading


def test_it_fades_out_when_its_leash_is_cut(tmp_path: Path) -> None:
    tape, leash = orphan(tmp_path, 600.0)
    time.sleep(1.0)
    leash.unlink()
    heard = faded(tape)
    full = np.flatnonzero(heard[:, 0] == 0.5)
    assert full[-1] - full[0] > 0.5 * 48000
    assert 0 < len(heard) - full[-1] < 0.5 * 48000
    assert np.abs(np.diff(heard[full[-1] :, 0])).max() < 0.01, "it fades, and is not cut off"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_and_hang_up_change_nothing_and_term_leaves() -> None:
    with House(PlayerOptions(sink="null")) as house:
        house.open()
        assert house.process.pid
        for number in (signal.SIGINT, signal.SIGHUP):
            os.kill(house.process.pid, number)
        house.play_on()
        os.kill(house.process.pid, signal.SIGTERM)
        assert house.leave() == 0
