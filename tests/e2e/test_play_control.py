"""The whole instrument under real hands: a controller over JACK, OSC over the network, a screen at the door."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

from e2e.command import Playing, wait_until
from e2e.house import RATE, TONE
from e2e.jackserver import MISSING, JackServer
from e2e.test_midi_jack import FakeController
from liveriff.control.door.client import DoorClient

pytestmark = [pytest.mark.e2e, pytest.mark.alone]
FREE = ("--osc=127.0.0.1:0", "--door=127.0.0.1:0")
QUIET = tuple(f"--set=/deck/{deck}/mute=on" for deck in (1, 2, 3, 4))
PATIENCE_S = 30.0


def places(playing: Playing) -> tuple[int, str]:
    """Port of OSC and address of the door, as the command tells them."""

    def told() -> re.Match[str] | None:
        return re.search(r"OSC at [\d.]+:(\d+); browsers at (http://[^ .]+[\d.]+:\d+)", "".join(playing.said))

    assert wait_until(told, PATIENCE_S), playing.said
    found = told()
    assert found is not None
    return int(found[1]), found[2]


def seen(url: str, script: Callable[[DoorClient], object]) -> None:
    """Run a script beside a screen that is connected."""

    async def main() -> None:
        async with DoorClient(url) as door:
            await door.ready(PATIENCE_S)
            result = script(door)
            if asyncio.iscoroutine(result):
                await result

    asyncio.run(main())


async def until(door: DoorClient, path: str, holds: Callable[[object], bool]) -> None:
    """Wait for a value on the screen."""
    end = time.monotonic() + PATIENCE_S
    while not holds(door.value(path)):
        assert time.monotonic() < end, f"{path} is {door.value(path)!r}"
        await asyncio.sleep(0.02)


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_a_controller_plays_pads_and_faders_and_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with JackServer(RATE, 256, sync=True) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        playing = Playing(tmp_path, *TONE, *FREE, *QUIET, "--midi=jack")
        controller = FakeController()
        try:
            _, url = places(playing)

            async def script(door: DoorClient) -> None:
                await until(door, "/status/midi", lambda shown: "APC" in str(shown))
                await until(door, "/pad/1/state", lambda state: state == "ready")
                before = door.value("/deck/1/level")
                for position in range(128):  # pickup: the hand passes where the value is
                    controller.play(0xB0, 48, position)
                    await asyncio.sleep(0.003)
                await until(door, "/deck/1/level", lambda level: level == 6.0 and level != before)
                controller.play(0x90, 0, 127)  # the lower left of its pads
                await until(door, "/pad/1/voices", lambda voices: voices == 1.0)
                assert wait_until(lambda: any(data[0] & 0xF0 == 0x90 and data[1] == 0 for data in controller.received))

            seen(url, script)
            playing.stop()
            done = playing.end()
        finally:
            controller.unplug()
            playing.abandon()
        assert done.status == 0, done.err
        assert done.report["strokes"] == 1


def test_timed_hits_over_osc_sound_as_far_apart_as_their_timetags(tmp_path: Path) -> None:
    out = tmp_path / "pads.wav"
    settings = ("--set=/pad/1/mode=gate", "--midi=off", f"--sink=wav:{out}", "--seconds=20")
    playing = Playing(tmp_path, *TONE, *FREE, *QUIET, *settings)
    try:
        port, url = places(playing)
        sender = SimpleUDPClient("127.0.0.1", port)

        async def script(door: DoorClient) -> None:
            await until(door, "/pad/1/state", lambda state: state == "ready")
            begin = time.time() + 0.5
            for n in range(8):
                for value, after_s in ((1.0, 0.0), (0.0, 0.1)):
                    bundle = OscBundleBuilder(begin + 0.3 * n + after_s)  # type: ignore[arg-type]
                    message = OscMessageBuilder("/pad/1/trigger")
                    message.add_arg(value)
                    bundle.add_content(message.build())
                    sender.send(bundle.build())  # type: ignore[arg-type]
            await asyncio.sleep(3.5)

        seen(url, script)
        done = playing.end()
    finally:
        playing.abandon()
    assert done.status == 0, done.err
    sound = np.abs(soundfile.read(out)[0]).max(axis=1)
    loud = np.flatnonzero(sound > 0)
    onsets = loud[np.concatenate([[True], np.diff(loud) > RATE // 20])]
    assert len(onsets) == 8
    apart = np.abs(np.diff(onsets) - 0.3 * RATE)
    assert np.median(apart) <= 256  # a block
    assert apart.max() <= 0.1 * RATE  # a machine that stood still for a moment is no fault


def test_what_one_hand_does_the_others_see(tmp_path: Path) -> None:
    playing = Playing(tmp_path, *TONE, *FREE, "--sink=null", "--midi=off")
    try:
        port, url = places(playing)
        sender = SimpleUDPClient("127.0.0.1", port)

        async def script(door: DoorClient) -> None:
            sender.send_message("/deck/2/mute", 1)
            await until(door, "/deck/2/mute", bool)
            assert door.set("/deck/3/prompt/a", "glass bells")
            await until(door, "/deck/3/heard/prompt/a", lambda prompt: prompt == "glass bells")
            sender.send_message("/scene", "techno")
            await until(door, "/tempo/bpm", lambda bpm: bpm != 124.0)
            sender.send_message("/scene", "../../etc/passwd")
            await until(door, "/status/message", lambda said: "passwd" in str(said))

        seen(url, script)
        playing.stop()
        done = playing.end()
    finally:
        playing.abandon()
    assert done.status == 0, done.err
    assert done.report["underruns"] == 0


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--osc=nowhere:port", "--osc takes HOST:PORT"),
        ("--door=127.0.0.1:99999", "--door takes HOST:PORT"),
        ("--midi=jak", "Did you mean jack?"),
        ("--osc=192.0.2.1:8000", "say so with --lan"),
        ("--door=192.0.2.1:8080", "say so with --lan"),
    ],
)
def test_what_cannot_be_opened_is_told_in_a_sentence(tmp_path: Path, option: str, sentence: str) -> None:
    playing = Playing(tmp_path, *TONE, "--sink=null", "--seconds=20", "--midi=off", option)
    done = playing.end()
    assert done.status == 2
    assert sentence in done.err
    assert "Traceback" not in done.err
