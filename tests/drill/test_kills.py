"""Random kills: a set that neither begins nor leaves is a failure, not a drill that waits for ever."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from liveriff.drill import kills
from liveriff.drill.home import SEGMENTS, Home, segments
from liveriff.drill.instrument import Instrument, Said
from liveriff.drill.outcome import Killed
from liveriff.drill.run import Setting


class Played:
    """A set as the kills see it. begins: whether it sounds; leaves: whether it goes by itself where it does not."""

    def __init__(self, begins: bool, leaves: bool, said: tuple[Said, ...] = ()) -> None:
        self.begins, self.runs, self.said, self.pids, self.pid = begins, not leaves, list(said), set[int](), 0
        self.process = SimpleNamespace(wait=self._wait)

    noise = Instrument.noise

    def _wait(self) -> None:
        assert not self.runs, "it would wait for ever"

    def began(self) -> bool:
        return self.begins

    def wait_for(self, holds: Any, patience_s: float) -> bool:
        return bool(holds())

    def look(self) -> list[object]:
        return []

    def end(self) -> tuple[int, dict[str, object]]:
        self.runs = False
        return 0, {}


def left_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *sets: Played) -> list[str]:
    """What one kill says of a home whose sets are these."""
    monkeypatch.setattr(kills, "signal_to", lambda pid, number: True)
    monkeypatch.setattr(kills.time, "sleep", lambda seconds: None)
    coming = iter(sets)
    stage = SimpleNamespace(start=lambda home: next(coming), setting=Setting())
    (killed,) = kills._set(random.Random(1), 1, 0, cast(Any, stage), tmp_path / "home")
    assert killed.left == []
    return killed.wrong


def test_what_hangs_in_its_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (wrong,) = left_by(tmp_path, monkeypatch, Played(False, leaves=False), Played(True, leaves=False))
    assert "neither began nor left" in wrong


def test_what_gives_up_by_itself_and_plays_when_it_is_started_again_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = (Played(False, leaves=True), Played(False, leaves=True), Played(True, leaves=False))
    assert left_by(tmp_path, monkeypatch, *sets) == []


def test_a_traceback_of_any_set_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Played(
        True, True, (Said(0.0, "Traceback (most recent call last):", ours=False), Said(0.0, "KeyError", False))
    )
    (wrong,) = left_by(tmp_path, monkeypatch, first, Played(True, leaves=False))
    assert wrong.endswith("KeyError")


def test_each_set_is_given_when_it_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[list[Killed]] = []

    def a_set(dice: random.Random, count: int, number: int, stage: object, folder: Path) -> list[Killed]:
        made.append([Killed(number + 1 + each, "engine", 1.0) for each in range(count)])
        return made[-1]

    monkeypatch.setattr(kills, "_set", a_set)
    given = kills.random_kills(2 * kills.A_SET + 1, Setting(ear="file"), tmp_path)
    assert next(given) is made[0]
    assert len(made) == 1
    assert [len(each) for each in (made[0], *given)] == [kills.A_SET, kills.A_SET, 1]
    assert [kill.number for each in made for kill in each] == list(range(1, 2 * kills.A_SET + 2))


@pytest.mark.skipif(not SEGMENTS.is_dir(), reason="the system does not list its shared memory")
def test_what_the_killed_shared_goes_with_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    play = "import os, time; open(f'/dev/shm/liveriff-{os.getpid()}-slots', 'wb'); print(flush=True); time.sleep(99)"
    with subprocess.Popen([sys.executable, "-c", play], stdout=subprocess.PIPE, env=home.surroundings()) as process:
        assert process.stdout
        process.stdout.readline()
        assert segments({process.pid}) == [f"liveriff-{process.pid}-slots"]
        alien = SharedMemory(f"liveriff-{os.getpid()}-slots", create=True, size=16)
        try:
            assert home.end() == 1
            assert segments({process.pid, os.getpid()}) == [f"liveriff-{os.getpid()}-slots"]
        finally:
            alien.close()
            alien.unlink()
