"""One contract for both MIDI libraries, over a real JACK server: whatever Python brings, MIDI is the same."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator

import psutil
import pytest

from e2e.command import wait_until
from e2e.jackserver import MISSING, JackServer
from liveriff.control.midi.backend import LIBRARIES, MidiBackend
from liveriff.control.midi.hosted import HostedBackend
from liveriff.errors import DeviceError

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
LONG = bytes((0xF0, 0x7D, *([1] * 300), 0xF7))
MESSAGES = [bytes.fromhex(text) for text in ("90 3C 7F", "80 3C 00", "B0 01 40", "C0 05", "D0 07", "E0 01 02", "F8")]


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each that is installed, with a server of its own."""
    name = str(request.param)
    if not importlib.util.find_spec(name):
        pytest.skip(f"{name} is not installed")
    with JackServer(48000, 256, sync=False) as server:
        for variable, value in server.env.items():
            monkeypatch.setenv(variable, value)
        yield name


@pytest.fixture
def backend(library: str) -> Iterator[MidiBackend]:
    """Open."""
    backend = HostedBackend("jack", library)
    yield backend
    backend.close()


def test_messages_come_whole_in_order_and_stamped(backend: MidiBackend) -> None:
    heard: list[tuple[bytes, float]] = []
    into = backend.virtual_input("into", lambda data, time_s: heard.append((data, time_s)))
    name = next(name for name in backend.outputs() if name.endswith("into"))
    out = backend.open_output(name)
    before_s = time.monotonic()
    for message in (*MESSAGES, LONG):
        out.send(message)
    assert wait_until(lambda: len(heard) == len(MESSAGES) + 1), heard
    assert [data for data, _ in heard] == [*MESSAGES, LONG]
    assert all(before_s <= time_s <= time.monotonic() for _, time_s in heard)
    for port in (out, into, out):
        port.close()
    out.send(MESSAGES[0])
    assert wait_until(lambda: not any(name.endswith("into") for name in backend.outputs()))


def test_an_output_of_ours_is_heard_by_others(backend: MidiBackend, library: str) -> None:
    out = backend.virtual_output("clock")
    other = HostedBackend("jack", library)
    try:
        heard: list[bytes] = []
        name = next(name for name in other.inputs() if name.endswith("clock"))
        other.open_input(name, lambda data, time_s: heard.append(data))
        out.send(b"\xf8")
        assert wait_until(lambda: heard == [b"\xf8"])
    finally:
        other.close()


def test_what_is_not_there_is_one_sentence(backend: MidiBackend) -> None:
    with pytest.raises(DeviceError, match="'nowhere:at all' is gone"):
        backend.open_output("nowhere:at all")
    with pytest.raises(DeviceError, match="'nowhere:at all' is gone"):
        backend.open_input("nowhere:at all", lambda data, time_s: None)
    assert backend.alive()


def test_no_server_is_one_sentence(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "liveriff-nobody")
    for _ in range(2):
        with pytest.raises(DeviceError, match="no JACK server"):
            HostedBackend("jack", library)


def test_the_program_that_holds_the_ports_may_be_killed(backend: MidiBackend, library: str) -> None:
    port = backend.virtual_output("clock")
    host = next(child for child in psutil.Process().children() if "liveriff.control.midi.host" in child.cmdline())
    host.kill()
    assert wait_until(lambda: not backend.alive())
    port.send(b"\xf8")
    port.close()
    assert backend.inputs() == []
    backend.close()
    again = HostedBackend("jack", library)
    assert again.alive()
    again.close()


def test_a_listener_that_fails_is_called_again(backend: MidiBackend) -> None:
    heard: list[bytes] = []

    def fails(data: bytes, time_s: float) -> None:
        heard.append(data)
        raise RuntimeError

    backend.virtual_input("into", fails)
    out = backend.open_output(next(name for name in backend.outputs() if name.endswith("into")))
    for message in MESSAGES:
        out.send(message)
    assert wait_until(lambda: heard == MESSAGES)
