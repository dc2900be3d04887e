"""Which input is listened to, and whether it is opened together with the output."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from liveriff.errors import DeviceError
from liveriff.player import device, devices, inputs, opening
from liveriff.player.devices import Device
from liveriff.player.listening import Together
from liveriff.player.options import PlayerOptions
from liveriff.player.sink import ClockSink

HOSTS = ["ALSA", "JACK Audio Connection Kit"]


def _row(index: int, host: int, name: str, ins: int, outs: int) -> dict[str, Any]:
    return {
        "index": index, "hostapi": host, "name": name, "max_input_channels": ins, "max_output_channels": outs,
        "default_samplerate": 48000.0,
    }  # fmt: skip


ROWS = [
    _row(0, 0, "Mic", 1, 0), _row(1, 0, "Scarlett", 2, 2), _row(2, 0, "HDMI", 0, 8),
    _row(3, 1, "system", 2, 2), _row(4, 1, "synth", 2, 0),
]  # fmt: skip


class Stream:
    """Takes what it is given; both ways only where ``both``."""

    both = True
    last: dict[str, Any]

    def __init__(self, **given: Any) -> None:
        Stream.last = given
        pair = isinstance(given["device"], tuple)
        if pair and not self.both:
            raise ValueError("Invalid device")
        self.channels = given["channels"]
        self.latency = (0.003, 0.004) if pair else 0.004

    def start(self) -> None:
        pass


@pytest.fixture(autouse=True)
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = SimpleNamespace(
        query_hostapis=lambda host=None: (
            [{"name": name} for name in HOSTS] if host is None else {"default_output_device": 3}
        ),
        query_devices=lambda: ROWS,
        default=SimpleNamespace(device=(0, 1)),
        Stream=Stream, OutputStream=Stream, InputStream=Stream,
    )  # fmt: skip
    monkeypatch.setattr(devices, "portaudio", lambda: fake)
    monkeypatch.setattr(device, "portaudio", lambda: fake)
    monkeypatch.setattr("liveriff.player.sideinput.portaudio", lambda: fake)
    monkeypatch.setattr(Stream, "both", True)


def _output(index: int) -> Device:
    row = ROWS[index]
    return Device(index, HOSTS[row["hostapi"]], row["name"], 2, 48000, False)


@pytest.mark.parametrize(
    ("name", "output", "chosen"),
    [
        ("", 1, "Scarlett"), ("", 3, "system"), ("", 2, "Mic"), ("", None, "Mic"),
        ("scar", 3, "Scarlett"), ("Kit: sy", None, "system"), ("syn", 3, "synth"),
    ],
)  # fmt: skip
def test_the_input_that_is_meant(name: str, output: int | None, chosen: str) -> None:
    assert inputs.choose(name, None if output is None else _output(output)).name == chosen


def test_an_input_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(DeviceError, match='called "Lute"; liveriff devices lists'):
        inputs.choose("Lute", None)


def test_all_of_jack_has_one_clock_and_two_cards_do_not() -> None:
    found = {each.name: each for each in inputs.listed()[0]}
    assert list(found) == ["Mic", "Scarlett", "system", "synth"]
    assert found["synth"].beats_with(_output(3))
    assert found["Scarlett"].beats_with(_output(1))
    assert not found["Mic"].beats_with(_output(1))


@pytest.mark.parametrize(("name", "listen", "pair", "block"), [
    ("Scarlett", "", (1, 1), 256), ("system", "", (3, 3), 0), ("system", "synth", (4, 3), 0),
])  # fmt: skip
def test_one_clock_is_one_stream(name: str, listen: str, pair: tuple[int, int], block: int) -> None:
    sink = device.DeviceSink(name, None, 256, listen)
    assert isinstance(sink.listening, Together)
    assert (Stream.last["device"], Stream.last["blocksize"], Stream.last["channels"]) == (pair, block, (2, 2))
    assert (sink.channels, sink.latency_s, sink.listening.delay_s) == (2, 0.004, pytest.approx(0.007))
    assert opening.open_input(PlayerOptions(input=listen), sink) is sink.listening


@pytest.mark.parametrize(("listen", "both"), [("Mic", True), ("", False)])
def test_another_clock_is_a_stream_of_its_own_and_the_sink_is_there_in_any_case(
    monkeypatch: pytest.MonkeyPatch, listen: str, both: bool
) -> None:
    monkeypatch.setattr(Stream, "both", both)
    sink = device.DeviceSink("Scarlett", None, 256, listen)
    assert sink.listening is None
    assert Stream.last["device"] == 1
    found = opening.open_input(PlayerOptions(input=listen), sink)
    assert found is not None
    assert found.device == (listen or "Scarlett")
    assert 0.008 < found.delay_s < 0.05


def test_without_the_option_nothing_is_opened() -> None:
    sink = device.DeviceSink("Scarlett", None, 256)
    assert Stream.last["device"] == 1
    assert opening.open_input(PlayerOptions(), sink) is None
    assert opening.open_input(PlayerOptions(), ClockSink(48000, 256, "null")) is None


def test_what_came_with_a_block_is_read_once_and_its_way_is_measured() -> None:
    both = Together("card", (0.0, 0.0))
    out = np.ones((64, 2), np.float32)
    both.read(out, 0)
    assert not out.any()
    mono = np.linspace(0, 1, 64, dtype=np.float32)[:, None]
    for _ in range(3):
        both.hear(mono, SimpleNamespace(inputBufferAdcTime=9.99, outputBufferDacTime=10.02))
    both.read(out, 64)
    np.testing.assert_array_equal(out, np.repeat(mono, 2, axis=1))
    assert both.delay_s == pytest.approx(0.03)
    both.read(out, 128)
    assert not out.any()
    both.hear(mono, SimpleNamespace(inputBufferAdcTime=0.0, outputBufferDacTime=0.0))  # a host that does not know
    assert both.delay_s == pytest.approx(0.03)
