"""`liveriff midi` on controllers in memory."""

from __future__ import annotations

import json
import threading

import pytest
from click.testing import CliRunner

import liveriff.control.midi.backend
from liveriff.cli.midi import midi
from liveriff.control.midi.backend import MidiBackend
from liveriff.control.midi.memory import MemoryBackend
from liveriff.errors import DeviceError, UsageError


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> MemoryBackend:
    """The system's ports, in memory."""
    backend = MemoryBackend()
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setattr(liveriff.control.midi.backend, "open_backend", lambda api="": backend)
    return backend


def playing(backend: MemoryBackend, *messages: str) -> threading.Thread:
    """A device whose messages are sent as soon as somebody listens."""
    plug = backend.plug("APC mini mk2")

    def play() -> None:
        while not plug.listeners:
            threading.Event().wait(0.01)
        for message in messages:
            plug.play(bytes.fromhex(message))

    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    return thread


def test_monitor_shows_bytes_and_meaning(backend: MemoryBackend) -> None:
    playing(backend, "B0 30 7F", "90 00 40", "F8", "B3 14 05", "F0 7E 00 06 02 47 F7")
    done = CliRunner().invoke(midi, ["monitor", "--seconds", "3"])
    assert done.exit_code == 0, done.output
    assert "Akai APC mini mk2 is there" in done.stderr
    lines = [line.split()[1:] for line in done.stdout.splitlines()]
    assert lines[0] == ["akai-apc-mini-mk2", "B0", "30", "7F", "fader/1", "absolute", "+1.0000"]
    assert lines[1] == ["akai-apc-mini-mk2", "90", "00", "40", "pad/1", "press", "+0.5039"]
    assert lines[2] == ["akai-apc-mini-mk2", "F8", "clock"]
    assert lines[3] == ["akai-apc-mini-mk2", "B3", "14", "05", "cc/4/20", "absolute", "+0.0394"]
    assert lines[4][-1] == "sysex"


def test_monitor_as_json(backend: MemoryBackend) -> None:
    playing(backend, "B0 30 7F", "B0 63 01", "B0 62 02", "B0 06 03")
    done = CliRunner().invoke(midi, ["monitor", "--seconds", "3", "--json"])
    assert done.stderr == ""
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {key: lines[0][key] for key in ("device", "bytes", "event", "control", "kind", "value", "bits")} == {
        "device": "akai-apc-mini-mk2", "bytes": "B0 30 7F", "event": "cc",
        "control": "fader/1", "kind": "absolute", "value": 1.0, "bits": 7,
    }  # fmt: skip
    assert [line["event"] for line in lines[1:]] == ["half", "half", "half", "nrpn"]
    assert (lines[4]["control"], lines[4]["bytes"]) == ("nrpn/1/130", "")


def test_monitor_without_a_controller_says_so(backend: MemoryBackend) -> None:
    done = CliRunner().invoke(midi, ["monitor", "--seconds", "0.1"])
    assert done.exit_code == 0
    assert "No controller is there yet" in done.stderr


def test_leds_walks_through_all_and_leaves_darkness(backend: MemoryBackend) -> None:
    plug = backend.plug("nanoKONTROL2")
    backend.plug("MPD218")
    done = CliRunner().invoke(midi, ["test-leds", "--step", "0.02"])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert "akai-mpd218: no lights that could be set." in lines
    assert "korg-nanokontrol2: done, 30 lights." in lines
    assert {bytes((0xB0, 41, 127)), bytes((0xB0, 71, 127))} <= set(plug.received)
    last = {message[:2]: message[2] for message in plug.received}
    assert len(last) == 30
    assert set(last.values()) == {0}


def test_leds_of_a_controller_that_is_not_there_is_an_error_of_the_command(backend: MemoryBackend) -> None:
    backend.plug("nanoKONTROL2")
    done = CliRunner().invoke(midi, ["test-leds", "--device", "korg-nanokontrol", "--step", "0.02"])
    assert isinstance(done.exception, UsageError)
    assert "there are korg-nanokontrol2" in str(done.exception)
    assert done.stdout == ""


def test_leds_of_one_of_two(backend: MemoryBackend) -> None:
    backend.plug("MPD218")
    backend.plug("nanoKONTROL2")
    done = CliRunner().invoke(midi, ["test-leds", "--device", "korg-nanokontrol2", "--step", "0.02"])
    assert done.exit_code == 0, done.output
    assert "akai-mpd218" not in done.stdout
    assert "korg-nanokontrol2: done, 30 lights." in done.stdout.splitlines()


def test_no_midi_is_an_error_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(api: str = "") -> MidiBackend:
        raise DeviceError("There is no MIDI here.")

    monkeypatch.setattr(liveriff.control.midi.backend, "open_backend", none)
    assert isinstance(CliRunner().invoke(midi, ["monitor"]).exception, DeviceError)


def test_a_wrong_api_is_an_error_of_the_command() -> None:
    assert isinstance(CliRunner().invoke(midi, ["test-leds", "--api", "alas"]).exception, UsageError)


@pytest.mark.parametrize("name", ["monitor", "learn", "test-leds"])
def test_help(name: str) -> None:
    assert name in CliRunner().invoke(midi, ["--help"]).output
    assert "--api" in CliRunner().invoke(midi, [name, "--help"]).output
