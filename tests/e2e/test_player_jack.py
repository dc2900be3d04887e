"""The player through PortAudio and a real JACK server: what is recorded is what was mixed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from liveriff.player.options import PlayerOptions
from liveriff.wire.messages import Compiling, Opened, Quit, SinkLost, Swapped
from player.house import House
from player.rig import noise

from . import jackserver
from .jackserver import JackServer

BEAT = 24000
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(jackserver.MISSING), reason=jackserver.MISSING)]


def _house(server: JackServer, monkeypatch: pytest.MonkeyPatch, rate: int | None = None) -> House:
    for name, value in server.env.items():
        monkeypatch.setenv(name, value)
    return House(PlayerOptions(sink="device", rate=rate))


def _record(path: Path, seconds: float) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("jackrecord.py")
    run = [sys.executable, str(script), "liveriff", str(path), str(seconds)]
    recorder = subprocess.Popen(run, stdout=subprocess.PIPE, text=True)
    assert recorder.stdout
    assert recorder.stdout.readline() == "ready\n"
    return recorder


def test_what_is_recorded_is_what_was_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = noise(BEAT, 1), noise(BEAT, 2)
    with JackServer() as server, _house(server, monkeypatch) as house:
        opened = house.open()
        assert (opened.sink, opened.rate, opened.block) == ("device", 48000, 256)
        house.lend(0, one)
        house.lend(1, two)
        recorder = _record(tmp_path / "a.npy", 3.5)
        house.swap(0, at=0)
        house.start(48000)
        house.hear(Swapped)
        house.swap(1, at=2, fade=480)
        recorder.wait(30)
        house.pipe.send(Quit())
        assert house.leave() == 0
    heard = np.load(tmp_path / "a.npy")
    heard = heard[np.flatnonzero(heard[:, 0])[0] :]
    np.testing.assert_array_equal(heard[: 2 * BEAT - 480], np.tile(one, (2, 1))[:-480])
    np.testing.assert_array_equal(heard[2 * BEAT : 3 * BEAT], two)


def test_it_plays_in_real_time_and_counts_its_underruns(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    with JackServer(sync=False) as server, _house(server, monkeypatch) as house:
        house.open()
        house.lend(0, noise(BEAT, 1))
        for deck in (1, 2, 3, 4):
            house.swap(0, at=0, deck=deck)
        house.start(48000)
        before = house.gauges.snapshot()
        time.sleep(3.0)
        after = house.gauges.snapshot()
        house.pipe.send(Quit())
        assert house.leave() == 0
        xruns = server.xruns()
    blocks, underruns = (int(after[name] - before[name]) for name in ("blocks", "underruns"))
    for name, figure in {"blocks": blocks, "underruns": underruns, "xruns": xruns, "load": after["load"]}.items():
        record_property(name, figure)  # for reading: a machine that does other things has some
    assert blocks > 300  # of 562: real time, but for what else this machine does


def test_a_server_that_dies_loses_the_sink_and_the_player_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    with JackServer() as server, _house(server, monkeypatch) as house:
        house.open()
        house.play_on()
        server.kill()
        assert 'sound device "system"' in house.hear(SinkLost).reason
        assert house.leave() == 3  # PortAudio hangs when it closes now; the player must not
    assert isinstance(house.said[0], Compiling)
    assert isinstance(house.said[1], Opened)


def test_a_rate_that_the_device_does_not_have_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with JackServer() as server, _house(server, monkeypatch, rate=22050) as house:
        assert "cannot be opened at 22050 Hz" in house.hear(SinkLost).reason
        assert house.leave() == 3


def test_the_devices_of_a_server_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    with JackServer(rate=44100) as server:
        code = "from liveriff.player.devices import list_devices; print(list_devices())"
        run, env = [sys.executable, "-c", code], {**os.environ, **server.env}
        listed = subprocess.run(run, env=env, capture_output=True, text=True, check=True).stdout
    assert "host='JACK Audio Connection Kit'" in listed
    assert "rate=44100, default=True" in listed
