"""Random kills: short sets in which random processes are killed at random moments; nothing may stay behind.

A set whose engine was killed is started again, as a performer would; what the killed one has left must be gone when the
next is over. The drill's main thread.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from liveriff.drill import jackserver
from liveriff.drill.home import Home, leftovers
from liveriff.drill.instrument import Instrument
from liveriff.drill.jackserver import JackServer
from liveriff.drill.judge import printed
from liveriff.drill.liveset import BEGIN_S, KILL, signal_to
from liveriff.drill.outcome import Killed
from liveriff.drill.run import Setting

A_SET = 6
"""Kills a home: then all must be over, and nothing left."""
LATEST_S = 4.0
PLAYING = 0.7
"""Of so many kills the set has begun; the others may come while it starts."""
SETTLES_S = 0.2
LEFT_S = 15.0
NAMES = (
    ("multiprocessing.forkserver", "forkserver"), ("multiprocessing.resource_tracker", "resource tracker"),
    ("midi.host", "MIDI host"), ("spawn_main", "player"),
)  # fmt: skip


def random_kills(count: int, setting: Setting, folder: Path) -> Iterator[list[Killed]]:
    """Kill ``count`` times; what became of the kills of a set is given when it is over."""
    dice, number = random.Random(setting.seed), 0
    with contextlib.ExitStack() as stack:
        by_jack = setting.ear == "auto" and not jackserver.missing()
        jack = stack.enter_context(JackServer(folder / "jackd.log")) if by_jack else None
        while number < count:
            # Every other set through an audio server: what plays there keeps more processes.
            stage = _Stage(setting, jack.env if jack and number // A_SET % 2 == 0 else {})
            a_set = _set(dice, min(A_SET, count - number), number, stage, folder / f"kills-{number}")
            number += len(a_set)
            yield a_set


@dataclass(frozen=True)
class _Stage:
    """How sets are started. env: where their audio server is; without one they play on the null sink."""

    setting: Setting
    env: dict[str, str]

    def start(self, home: Home) -> Instrument:
        """Another set."""
        setting, sink = self.setting, "device" if self.env else "null"
        options = ("--scene", setting.scene, "--model", setting.model, "--sink", sink, "--midi", "off", "--no-cache")
        return Instrument(home, options, self.env)


def _set(dice: random.Random, count: int, number: int, stage: _Stage, folder: Path) -> list[Killed]:
    """One home: kill so many times, starting anew after each engine's death; then end in order and look."""
    home, killed, pids = Home(folder), list[Killed](), set[int]()
    instrument = stage.start(home)
    played = [instrument]
    try:
        while len(killed) < count:
            killed.append(_kill(dice, instrument, number + len(killed)))
            pids |= instrument.pids
            instrument = _living(instrument, home, stage)
            if instrument is not played[-1]:
                played.append(instrument)
        wrong = []
        if not instrument.wait_for(instrument.began, BEGIN_S):
            wrong += _given_up(instrument)
            instrument = stage.start(home)
            played.append(instrument)
        wrong += _end(instrument)
        wrong += printed([line for each in played for line in each.noise])
        left = leftovers(home, pids | instrument.pids, LEFT_S)
    finally:
        home.end()
        shutil.rmtree(folder, ignore_errors=True)
    killed[-1].wrong += wrong
    for one in killed:
        one.left = left
    return killed


def _given_up(instrument: Instrument) -> list[str]:
    """What was killed twice in its start gives up, and says so; what neither begins nor leaves is ended."""
    if not instrument.runs:
        return []
    instrument.end()
    return [f"the set neither began nor left: {[said.text for said in instrument.said[-3:]]}."]


def _living(instrument: Instrument, home: Home, stage: _Stage) -> Instrument:
    """It, or another in its place where its engine has left."""
    time.sleep(SETTLES_S)
    if instrument.runs:
        return instrument
    instrument.process.wait()
    return stage.start(home)


def _kill(dice: random.Random, instrument: Instrument, number: int) -> Killed:
    """One kill, at a moment that may lie in the start. The engine is a fifth of all victims, however many there are."""
    began = time.monotonic()
    if dice.random() < PLAYING:
        instrument.wait_for(instrument.began, BEGIN_S)
    time.sleep(dice.uniform(0.0, LATEST_S))
    after = time.monotonic() - began
    victims = {process.pid: name(process, instrument.pid) for process in instrument.look()}
    others = sorted(pid for pid in victims if pid != instrument.pid)
    pid = instrument.pid if not others or dice.random() < 0.2 else dice.choice(others)
    signal_to(pid, KILL)
    return Killed(number + 1, victims.get(pid, "engine"), round(after, 2))


def name(process: psutil.Process, engine: int) -> str:
    """What a process is to a performance."""
    if process.pid == engine:
        return "engine"
    try:
        line, parent = " ".join(process.cmdline()), process.parent()
        if "forkserver" in line and parent is not None and "forkserver" in " ".join(parent.cmdline()):
            return "renderer"
    except psutil.Error:
        return "gone"
    return next((title for part, title in NAMES if part in line), "other")


def _end(instrument: Instrument) -> list[str]:
    """It must still play, and end in order."""
    wrong = []
    if not instrument.wait_for(instrument.began, BEGIN_S):
        wrong.append(f"the last set did not begin: {[said.text for said in instrument.said[-3:]]}.")
    status, _ = instrument.end()
    if status != 0:
        wrong.append(f"the last set ended with status {status}.")
    return wrong
