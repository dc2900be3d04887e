"""A fault of ours: told once a place, and everything else goes on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from liveriff.engine.guard import Guard
from liveriff.engine.status import Lane


def test_each_place_that_fails_is_told_once_and_all_are_counted() -> None:
    said: list[str] = []
    guard = Guard(said.append)

    def wrong() -> None:
        raise KeyError("alpha")

    for work in (wrong, wrong, lambda: 1 // 0, wrong, lambda: None):
        guard(work)
    assert guard.faults == 4
    assert [sentence.split(" in ")[0] for sentence in said] == [
        "A fault of liveriff itself (KeyError",
        "A fault of liveriff itself (ZeroDivisionError",
    ]
    assert all("test_guard, line" in sentence and sentence.endswith("the music goes on.") for sentence in said)


def test_what_comes_after_a_fault_in_a_lane_is_done() -> None:
    done: list[int] = []
    lane = Lane(0.1, lambda: done.append(1), lambda: done.append(1 // 0), lambda: done.append(3))
    lane.tick(0.0, Guard(lambda _: None))
    assert done == [1, 3]


def test_an_interrupt_is_no_fault() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Guard(lambda _: None)(interrupted)


def test_a_hub_whose_looks_fail_plays_on() -> None:
    from liveriff.engine.hub import Hub

    said: list[str] = []

    def hidden(_: object = None) -> None:
        raise RuntimeError

    hub: Any = SimpleNamespace(
        _guard=Guard(said.append),
        _presence=SimpleNamespace(tick=hidden),
        _replan=lambda: int("x"),
        _start_when_ready=lambda: None,
        _end_when_due=lambda: said.append("end"),
        rim=None,
        stage=SimpleNamespace(
            player=SimpleNamespace(watch=lambda: 1 // 0),
            renderer=SimpleNamespace(watch=lambda: [][0]),
        ),
    )
    Hub._tick(hub)
    assert len(said) == 5
    assert said[-1] == "end"
