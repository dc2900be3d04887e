"""A JACK server that is there and answers nobody: the engine goes on without MIDI, and has it again afterwards."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from e2e.command import Playing, wait_until
from e2e.jackserver import MISSING, JackServer
from e2e.test_midi_jack import hardware

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
SILENCE_S = 2.0
"""More than a busy machine makes of a tenth of a second, and far less than libjack would wait."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    """A server of our own that both sides find."""
    with JackServer(48000, 256, sync=False) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        yield server


class Pinger:
    """Asks the engine over OSC, ten times a second, whether its loop still turns."""

    def __init__(self, port: int) -> None:
        """Nothing sent yet."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(0.1)

    def longest_silence_s(self, holds: Callable[[], object], patience_s: float = 60.0) -> float:
        """The longest time without an answer until something holds."""
        begin = heard = time.monotonic()
        longest = 0.0
        while not holds():
            now = time.monotonic()
            assert now < begin + patience_s
            self.socket.send(b"/ping\0\0\0,\0\0\0")
            with contextlib.suppress(TimeoutError, ConnectionError):
                self.socket.recv(65536)
                heard = time.monotonic()
                time.sleep(0.1)
            longest = max(longest, now - heard)
        return max(longest, time.monotonic() - heard)


@contextlib.contextmanager
def stands_still(server: JackServer) -> Iterator[None]:
    """The server is there, and answers nobody."""
    process = psutil.Process(server._process.pid)
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def osc_port(playing: Playing) -> int:
    """Where the engine listens, as it tells when it does."""

    def found() -> re.Match[str] | None:
        return re.search(r"OSC at [\d.]+:(\d+)", "".join(playing.said))

    assert wait_until(found, 60), playing.said
    told = found()
    assert told
    return int(told[1])


def said(playing: Playing, words: str) -> bool:
    """Whether people have been told so."""
    return any(words in line for line in playing.said)


def arrived(playing: Playing, times: int) -> bool:
    """Whether the controller has come so often."""
    return sum("is there" in line for line in playing.said) == times


def test_a_server_that_stands_still_stops_nothing_else(server: JackServer, tmp_path: Path) -> None:
    """libjack would wait for it for ever: when the engine begins, and when it lets go of its ports."""
    settings = ("--sink=null", "--model=test-tone", "--midi=jack", "--osc=127.0.0.1:0", "--door=off")
    device = hardware(server)
    playing = Playing(tmp_path, *settings)
    try:
        pinger = Pinger(osc_port(playing))
        assert wait_until(partial(arrived, playing, 1)), playing.said
        with stands_still(server):
            assert pinger.longest_silence_s(partial(said, playing, "died")) < SILENCE_S
            playing.stop()
            assert playing.end().status == 0
            playing = Playing(tmp_path, *settings)
            pinger = Pinger(osc_port(playing))
            assert pinger.longest_silence_s(partial(said, playing, "does not answer")) < SILENCE_S
        assert wait_until(partial(arrived, playing, 1)), playing.said
        playing.stop()
        assert playing.end().status == 0
    finally:
        device.kill()
        device.wait()
        playing.abandon()
