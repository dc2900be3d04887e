"""How long a renderer may be silent: a step's time, or a model's while one is being loaded."""

from __future__ import annotations

import time

import pytest

from liveriff.engine import rendering
from liveriff.engine.renderers.asked import RendererEvents, RendererOptions
from liveriff.engine.renderers.pool import HANG_S, LOAD_PATIENCE_S
from liveriff.engine.rendering import Renderer
from liveriff.wire.job import Job
from liveriff.wire.messages import Loading, Progress, Ready
from liveriff.wire.slots import SlotSpec


class Watched:
    """A renderer whose process is a list of what was sent and a flag."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        events = RendererEvents(lambda message: None, lambda flights: None)
        self.renderer = Renderer(RendererOptions(), SlotSpec("none", 1, 1), events)
        self.killed = 0
        transport = self.renderer._transports[False]
        monkeypatch.setattr(transport, "kill", self._kill)
        self.now = time.monotonic()
        monkeypatch.setattr(rendering.time, "monotonic", lambda: self.now)
        self.renderer._opened(0, spare=False)
        self.hear(Ready("embedded", "cpu", 1, 0.1))

    def _kill(self, seat: int) -> None:
        self.killed += 1

    def hear(self, message: object) -> None:
        self.renderer._heard(0, message)

    def silent(self, seconds: float) -> int:
        self.now += seconds
        self.renderer.watch()
        return self.killed


def test_a_step_may_not_take_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    assert watched.silent(2 * LOAD_PATIENCE_S) == 0, "nothing is asked of it"
    watched.renderer.submit(1, Job(), 0)
    assert watched.silent(HANG_S - 1) == 0
    assert watched.silent(2) == 1


def test_a_model_may_take_its_time_to_load_but_its_steps_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    watched.renderer.submit(1, Job(model="large"), 0)
    (flight,) = watched.renderer.flights
    watched.hear(Loading(flight.request))
    assert watched.renderer.loading == {flight.request}
    assert watched.silent(LOAD_PATIENCE_S - 1) == 0
    watched.hear(Progress(flight.request, 1, 4))
    assert watched.renderer.loading == frozenset()
    assert watched.silent(HANG_S + 1) == 1


def test_loading_has_an_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    watched.renderer.submit(1, Job(model="large"), 0)
    watched.hear(Loading(watched.renderer.flights[0].request))
    assert watched.silent(LOAD_PATIENCE_S + 1) == 1


def test_that_it_has_left_is_told_once_until_it_is_back() -> None:
    told: list[str] = []
    events = RendererEvents(lambda message: None, lambda flights: None, told.append)
    renderer = Renderer(RendererOptions(), SlotSpec("none", 1, 1), events)
    for life in (1, 2):
        renderer._opened(0, spare=False)
        renderer._heard(0, Ready("embedded", "cpu", 1, 0.1))
        for _ in range(3):  # killed, and then it cannot be started
            renderer._lost([0])
            renderer._opened(0, spare=False)
        assert len(told) == life
