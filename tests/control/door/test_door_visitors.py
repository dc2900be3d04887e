"""Clients that come and go leave next to nothing behind, also before a collector looks for rings of objects."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

from liveriff.control.door.session import Session
from liveriff.params.registry import Registry

PATHS = tuple(Registry().table)
VISITS, SPARE = 60, 60  # allocated blocks a visit; what was told of each path would be a thousand


class Wire:
    """Takes all."""

    def write(self, data: bytes) -> None:
        """Gone."""

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None:
        """Ended."""


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def visit(registry: Registry, number: int) -> None:
    """A screen that listens to everything for a second, and turns a knob."""
    session = Session(registry, Wire(), number, lambda: 100.0)
    session.listen(PATHS, "/", raw=True)
    for i in range(40):
        registry.set("/master/tone", (number + i) % 7 / 10, "osc", undoable=False)
        session.tick(100.0 + 0.04 * i)
    session.moved("/deck/1/level")
    session.leave()


def test_a_visitor_leaves_nothing_to_wait_for(no_collector: None) -> None:
    registry = Registry()
    for number in range(10):
        visit(registry, number)
    before = sys.getallocatedblocks()
    for number in range(VISITS):
        visit(registry, number)
    assert (sys.getallocatedblocks() - before) / VISITS < SPARE


def test_who_has_left_hears_no_more() -> None:
    registry, wire = Registry(), Wire()
    session = Session(registry, wire, 1, lambda: 100.0)
    session.listen(["/deck/1/level"], "/deck/1/level")
    session.leave()
    registry.set("/deck/1/level", -20.0, "osc")
    assert session.outbox.pending == 0
    assert not session.wants("/deck/1/level")
    session.leave()  # again: nothing happens
