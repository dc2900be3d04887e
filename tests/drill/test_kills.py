"""Random kills: a set that neither begins nor leaves is a failure, not a drill that waits for ever."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from liveriff.drill import kills
from liveriff.drill.instrument import Instrument, Said
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
