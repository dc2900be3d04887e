"""The instrument as a performer starts it: a screen in a terminal, the engine behind it, coming, going and dying."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from e2e.command import wait_until
from e2e.house import RATE
from e2e.jackserver import MISSING as NO_JACK
from e2e.jackserver import JackServer
from e2e.screened import Stage
from e2e.terminal import MISSING, Terminal
from e2e.test_midi_jack import APC2, FakeController
from e2e.test_play_control import seen, until
from liveriff.control.door.client import DoorClient
from liveriff.params.words import DECKS

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
SILENT = ("--sink=null", "--midi=off")


def CONNECTED(shown: str) -> bool:  # noqa: N802  # used as a text to wait for
    """Whether the scene's name is on the bar, or a warning in its place: both come by the door, while other lines tell
    what the engine says."""
    bar = shown.split("\n")[0]
    return "house" in bar or "! " in bar


def on_techno(shown: str) -> bool:
    """Whether the bar tells of an engine that plays at techno's tempo: a warning may hide the scene's name."""
    bar = shown.split("\n")[0]
    return "132.00 BPM" in bar and "NO ENGINE" not in bar


def moves(shown: str) -> bool:
    """Whether the bar tells of a beat after the first."""
    place = re.search(r"▶ (\d+)\.(\d+)", shown.split("\n")[0])
    return place is not None and place.groups() != ("1", "1")


LOADED_S = 90.0  # a first start compiles the mixer, and the machine may be busy


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Whatever was started in it ends with the test."""
    stage = Stage(tmp_path)
    yield stage
    stage.close()


def runs(process: psutil.Process) -> bool:
    """Whether it is alive; one that nobody waits for stays on as a zombie."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def end(terminal: Terminal) -> int:
    """Press Ctrl-Q until the music ends; the first press only asks, and a slow screen may forget it."""
    end = time.monotonic() + LOADED_S
    while time.monotonic() < end and "Fading out" not in terminal.shown():
        terminal.keys("C-q")
        time.sleep(0.5)
    return terminal.status(LOADED_S)


def test_the_music_outlives_every_screen_and_ends_when_told(stage: Stage) -> None:
    terminal = stage.play(*SILENT)
    engine = stage.engine()
    terminal.until(CONNECTED, LOADED_S)
    terminal.keys("C-d")
    assert terminal.status() == 0
    assert "liveriff attach" in terminal.shown()
    assert runs(engine)

    again = stage.run("attach")
    again.until(CONNECTED)
    again.close()  # the window, not the program
    assert wait_until(lambda: all("attach" not in " ".join(p.cmdline()) for p in stage._running()), 20)
    assert runs(engine)

    third = stage.run("attach", stage.url())
    third.until(CONNECTED)
    assert end(third) == 0
    assert not runs(engine)
    assert stage.left_behind() == []
    assert not list(Path("/dev/shm").glob(f"liveriff-{engine.pid}-*"))


def test_one_press_ends_nothing_and_two_tell_what_happened(stage: Stage) -> None:
    terminal = stage.play(*SILENT)
    engine = stage.engine()
    terminal.until(moves, LOADED_S)
    terminal.keys("C-q")
    time.sleep(4)  # longer than the press is remembered
    assert runs(engine)
    assert end(terminal) == 0
    assert "liveriff: Played" in terminal.shown()
    assert stage.left_behind() == []


def test_the_screen_leaves_when_the_music_is_over(stage: Stage, tmp_path: Path) -> None:
    out = tmp_path / "set.wav"
    terminal = stage.play(f"--sink=wav:{out}", "--midi=off", "--seconds=3")
    assert terminal.status(LOADED_S) == 0
    assert f"Played 3.0 s into {out}" in terminal.shown().replace("\n", "")
    assert out.stat().st_size > 3 * 48000 * 4
    assert stage.left_behind() == []


def test_a_killed_engine_is_told_and_the_next_one_appears_on_the_same_screen(stage: Stage) -> None:
    terminal = stage.play(*SILENT)
    engine = stage.engine()
    terminal.until(CONNECTED, LOADED_S)
    engine.kill()
    terminal.until("The engine has died")
    other = stage.play(*SILENT, "--scene=techno")
    other.until(on_techno, LOADED_S)
    terminal.until(on_techno, LOADED_S)
    assert end(other) == 0
    terminal.until("The performance has ended")  # and so does the screen that came to it


def test_whatever_ends_the_screen_leaves_the_music(tmp_path: Path) -> None:
    """Three performances side by side, each in a home of its own."""
    ends = (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
    with contextlib.ExitStack() as houses:
        stages = [Stage(tmp_path / how.name) for how in ends]
        for stage in stages:
            houses.callback(stage.close)
        terminals = [stage.play(*SILENT) for stage in stages]
        engines = [stage.engine() for stage in stages]
        for how, stage, terminal in zip(ends, stages, terminals, strict=True):
            terminal.until(CONNECTED, LOADED_S)
            os.kill(stage.screen(terminal).pid, how)
            terminal.status()
            assert how == signal.SIGKILL or "The music goes on" in terminal.shown()
        time.sleep(0.5)
        assert all(runs(engine) for engine in engines)
        for stage in stages:
            done = stage.command("attach", "--end")
            assert done.status == 0, done.err
            assert stage.left_behind() == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--scene=hous",), "Did you mean house?"),  # before there is a screen
        (("--sink=wav:/nowhere/a.wav",), "does not exist"),
        (("--door=192.0.2.1:8080", "--sink=null"), "say so with --lan"),  # once there is one
    ],
)
def test_what_cannot_be_played_is_told_in_a_sentence(stage: Stage, arguments: tuple[str, ...], sentence: str) -> None:
    terminal = stage.run("play", "--model=test-tone", "--osc=off", "--midi=off", *arguments)
    assert terminal.status(LOADED_S) == 2
    assert sentence in terminal.shown().replace("\n", "")
    assert "Traceback" not in terminal.shown()
    assert stage.left_behind() == []


def test_without_a_door_or_when_told_so_there_is_a_plain_line(stage: Stage) -> None:
    terminal = stage.run("play", "--model=test-tone", "--osc=off", *SILENT, "--door=off")
    terminal.until("First downbeat", LOADED_S)
    assert "the plain status line" in terminal.shown()
    terminal.keys("C-c")
    assert terminal.status() == 0
    assert "liveriff: Played" in terminal.shown()
    other = stage.play(*SILENT, "--plain", "--seconds=1")
    assert other.status(LOADED_S) == 0


def test_nobody_to_attach_to_is_told_in_a_sentence(stage: Stage) -> None:
    for arguments in (("attach",), ("attach", "--end"), ("attach", "127.0.0.1:9")):
        done = stage.command(*arguments)
        assert done.status == 2
        assert len(done.err.splitlines()) == 1


# --- a set, played by keys -------------------------------------------------------------------------------------------

RECORDER = Path(__file__).with_name("jackrecord.py")
QUIET = tuple(f"--set=/deck/{deck}/mute=on" for deck in DECKS)
WORDS = "glass bells over deep water"
HEARD_S = 12.0
LEARNT = "fader/8"
"""The control of the APC mini that sends controller 55."""


@pytest.fixture
def jack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A stage with an audio server that waits for late clients, and an APC mini plugged in."""
    if NO_JACK:
        pytest.skip(NO_JACK)
    with JackServer(RATE, 256, sync=True) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        stage = Stage(tmp_path, server.env)
        yield stage
        stage.close()


def recorder(out: Path) -> subprocess.Popen[str]:
    """Another client of the audio server, which records for HEARD_S from now on."""
    process = subprocess.Popen(
        [sys.executable, str(RECORDER), "liveriff", str(out), str(HEARD_S)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_prompt_a_morph_and_a_recording_by_keys(jack: Stage) -> None:
    terminal = jack.play("--midi=off", "--set=/quantum=beat")
    url = jack.url()
    terminal.until(CONNECTED, LOADED_S)

    async def script(door: DoorClient) -> None:
        await until(door, "/deck/1/heard/prompt/a", bool)
        # All in one go, as from hands that do not look at the screen: each key goes where the one before it has led.
        terminal.keys("e", "End", "C-u", *(key if key != " " else "Space" for key in WORDS), "Enter")
        await until(door, "/deck/1/prompt/a", lambda prompt: prompt == WORDS)
        await until(door, "/deck/1/heard/prompt/a", lambda prompt: prompt == WORDS)
        terminal.until(WORDS[:20])
        terminal.keys("Escape", "}", "}")
        await until(door, "/deck/1/alpha", lambda alpha: float(str(alpha)) > 0)
        terminal.keys("R")
        await until(door, "/status/recording", bool)
        await asyncio.sleep(2)
        terminal.keys("R")
        await until(door, "/status/recording", lambda name: name == "")

    seen(url, script)
    assert end(terminal) == 0
    (wav,) = jack.home.rglob("*.wav")
    sound, rate = soundfile.read(wav)
    assert len(sound) >= rate
    assert np.abs(sound).max() > 0.01
    assert jack.left_behind() == []


def test_a_key_hits_a_pad_and_a_learnt_fader_moves_what_it_was_learnt_for(jack: Stage, tmp_path: Path) -> None:
    controller = FakeController()
    terminal = jack.play("--midi=jack", *QUIET)
    url = jack.url()
    terminal.until(CONNECTED, LOADED_S)
    recording = recorder(tmp_path / "pad.npy")
    try:

        async def script(door: DoorClient) -> None:
            await until(door, "/pad/1/state", lambda state: state == "ready")
            await until(door, "/status/midi", lambda shown: "APC" in str(shown))
            terminal.keys("1")
            await until(door, "/pad/1/voices", lambda voices: voices == 1.0)
            for _ in range(4):  # to whatever can be learnt
                if not door.value("/learn"):
                    terminal.keys("Tab", "l")
                    await asyncio.sleep(1)
            await until(door, "/learn", bool)
            path = str(door.value("/learn"))
            terminal.until("LEARN")
            for position in range(0, 128, 2):
                controller.play(0xB0, 55, position)
                await asyncio.sleep(0.01)
            terminal.until(lambda shown: LEARNT in shown and "knob or fader" in shown)
            terminal.keys("L")
            terminal.until(lambda shown: f"bound now: {APC2}  {LEARNT}" in shown)
            terminal.keys("Escape")
            await until(door, "/learn", lambda target: target == "")
            terminal.until(lambda shown: "LEARN" not in shown)
            before = door.value(path)
            for position in [*range(0, 128, 2), *range(127, -1, -2), *range(0, 100, 2)]:
                controller.play(0xB0, 55, position)
                await asyncio.sleep(0.01)
            await until(door, path, lambda value: value != before)

        seen(url, script)
        assert recording.wait(HEARD_S + 30) == 0
    finally:
        recording.kill()
        controller.unplug()
    heard = np.abs(np.load(tmp_path / "pad.npy")).max(axis=1)
    assert heard.max() > 0.01  # the decks are mute: this is the pad
    assert end(terminal) == 0
