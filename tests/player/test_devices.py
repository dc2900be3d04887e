"""Listing and choosing sound devices, with none, with many, and without PortAudio."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from liveriff.errors import DeviceError
from liveriff.player import devices
from liveriff.player.options import PlayerOptions
from liveriff.player.sink import open_sink

HOSTS = ["ALSA", "JACK Audio Connection Kit"]


def _row(index: int, host: int, name: str, outputs: int) -> dict[str, Any]:
    rate = 44100.0 if host == 0 else 48000.0
    return {"index": index, "hostapi": host, "name": name, "max_output_channels": outputs, "default_samplerate": rate}


def _sounddevice(rows: list[dict[str, Any]], default: int) -> SimpleNamespace:
    return SimpleNamespace(
        query_hostapis=lambda host=None: (
            [{"name": name} for name in HOSTS] if host is None else {"default_output_device": 3}
        ),
        query_devices=lambda: rows,
        default=SimpleNamespace(device=(0, default)),
    )


ROWS = [_row(0, 0, "Mic", 0), _row(1, 0, "Scarlett 2i2 USB", 2), _row(2, 0, "HDMI", 8)]


def test_all_outputs_are_listed_with_the_default_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "portaudio", lambda: _sounddevice(ROWS, 2))
    found, reason = devices.list_devices()
    assert reason == ""
    assert [d.name for d in found] == ["Scarlett 2i2 USB", "HDMI"]
    assert [d.default for d in found] == [False, True]
    assert found[1] == devices.Device(2, "ALSA", "HDMI", 8, 44100, True)


def test_a_running_jack_server_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*ROWS, _row(3, 1, "system", 2)]
    monkeypatch.setattr(devices, "portaudio", lambda: _sounddevice(rows, 1))
    assert devices.choose(None).name == "system"


def test_a_device_is_chosen_by_part_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "portaudio", lambda: _sounddevice(ROWS, 2))
    assert devices.choose("scarlett").index == 1
    assert devices.choose("ALSA: hd").index == 2
    with pytest.raises(DeviceError, match="liveriff devices"):
        devices.choose("Focusrite")


def test_no_default_takes_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "portaudio", lambda: _sounddevice(ROWS, -1))
    assert devices.choose(None).index == 1


def test_no_devices_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "portaudio", lambda: _sounddevice([], -1))
    found, reason = devices.list_devices()
    assert not found
    assert "--sink null" in reason
    with pytest.raises(DeviceError, match="No sound device"):
        open_sink(PlayerOptions())


def test_without_portaudio_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    found, reason = devices.list_devices()
    assert not found
    assert reason.startswith("PortAudio is missing; install it")


def test_an_unknown_sink_is_named() -> None:
    with pytest.raises(DeviceError, match='no sink "tape"'):
        open_sink(PlayerOptions(sink="tape"))
    with pytest.raises(DeviceError, match="wav:FILE"):
        open_sink(PlayerOptions(sink="wav:"))
