"""Listing and choosing sound devices, with none, with many, and without PortAudio."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from liveriff.errors import DeviceError
from liveriff.player import device, devices
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


@pytest.mark.parametrize(
    ("host", "name", "discrete"),
    [
        ("JACK Audio Connection Kit", "system", True),
        ("Core Audio", "Fireface", True),
        ("ALSA", "DDJ-400: USB Audio (hw:1,0)", True),
        ("ALSA", "default", False),
        ("ALSA", "pulse", False),
        ("MME", "Speakers", False),
    ],
)
def test_outputs_that_are_folded_into_the_first_two_are_no_headphones(host: str, name: str, discrete: bool) -> None:
    assert devices.Device(0, host, name, 8, 48000, False).discrete is discrete


class _Stream:
    """A card's stream that takes no more than ``most`` channels."""

    most = 4

    def __init__(self, channels: int, **_: object) -> None:
        if channels > self.most:
            raise ValueError("Invalid number of channels")
        self.channels, self.latency = channels, 0.01


@pytest.mark.parametrize(
    ("name", "outputs", "most", "channels"),
    [("Card (hw:0,0)", 4, 4, 4), ("Card (hw:0,0)", 4, 2, 2), ("Card (hw:0,0)", 2, 4, 2), ("default", 32, 4, 2)],
)
def test_the_headphones_get_outputs_of_their_own_where_they_can(
    monkeypatch: pytest.MonkeyPatch, name: str, outputs: int, most: int, channels: int
) -> None:
    monkeypatch.setattr(device, "choose", lambda _: devices.Device(1, "ALSA", name, outputs, 48000, True))
    monkeypatch.setattr(device, "portaudio", lambda: SimpleNamespace(OutputStream=_Stream))
    monkeypatch.setattr(_Stream, "most", most)
    assert device.DeviceSink(None, None, 256).channels == channels
