"""Apps with addresses of their own: what their messages say, and what they are told back."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.mapping.bindings import OSC, is_control
from liveriff.control.osc import codec
from liveriff.control.osc.codec import BANG, Argument
from liveriff.control.osc.counters import OscCounters
from liveriff.control.osc.dispatch import Dispatcher
from liveriff.control.osc.echo import MOST, Echo
from liveriff.control.osc.foreign import Reading, control_name, readings
from liveriff.params.registry import Registry


@pytest.mark.parametrize(
    ("address", "args", "found"),
    [
        ("/1/fader1", (0.5,), [("1/fader1", 0.5, "f")]),
        ("/1/fader1", (64,), [("1/fader1", 64, "i")]),
        ("/1/xy1", (0.25, 1.0), [("1/xy1/1", 0.25, "f"), ("1/xy1/2", 1.0, "f")]),
        ("/accxyz", (-0.1, 9.8, 0.0), [("accxyz/1", -0.1, "f"), ("accxyz/2", 9.8, "f"), ("accxyz/3", 0.0, "f")]),
        ("/1/toggle1", (True,), [("1/toggle1", 1.0, "T")]),
        ("/cue/1/go", (), [("cue/1/go", 1.0, "")]),
        ("/go", (BANG,), [("go", 1.0, "")]),
        ("/Mixer/My Fader", (1.0,), [("Mixer/My_Fader", 1.0, "f")]),
        ("/a\tb\u202e", (1.0,), [("a_b_", 1.0, "f")]),
        ("/2", (), []),
        ("/1/label1", ("hello",), []),
        ("/1/x", (0.5, "hello"), []),
        ("/1/x", (math.nan,), []),
        ("/1/x", (math.inf, 1.0), []),
        ("/1/x", tuple([0.5] * 17), []),
        ("/1/*", (0.5,), []),
        ("//", (0.5,), []),
        ("/" + "x" * 200, (0.5,), []),
    ],
)
def test_readings(address: str, args: tuple[Argument, ...], found: list[tuple[str, float, str]]) -> None:
    assert readings(address, args) == [Reading(*each) for each in found]


@given(st.text(max_size=120))
def test_a_name_is_fit_for_a_file(text: str) -> None:
    name = control_name(f"/{text}")
    assert name == "" or (is_control(name, OSC) and "*" not in name and name.isascii() and name.isprintable())


class Peer:
    """One that writes down what it is told."""

    def __init__(self, origin: str = "osc:a:1") -> None:
        self.origin = origin
        self.told: list[tuple[Argument, ...]] = []
        self.errors: list[str] = []

    def reply(self, data: bytes) -> None:
        """As for Peer."""
        self.told.append(codec.parse_message(data)[1])

    def refused(self, address: str, why: Callable[[], str]) -> None:
        """As for Peer."""
        self.errors.append(why())

    def wrote(self, path: str) -> None:
        """As for Peer."""

    def touch(self, path: str, down: bool) -> None:
        """As for Peer."""


@pytest.mark.parametrize("is_bound", [True, False])
def test_what_is_bound_elsewhere_is_neither_counted_nor_refused(is_bound: bool) -> None:
    counters, peer, asked = OscCounters(), Peer(), list[tuple[object, ...]]()

    def stray(*message: object) -> bool:
        asked.append(message)
        return is_bound

    dispatcher = Dispatcher(Registry(), lambda *hit: None, counters, {}, stray)
    dispatcher.obey([codec.Message(None, "/1/fader1", ([0.5],))], peer)
    assert asked[0][:3] == ("/1/fader1", (0.5,), peer)
    assert counters.unknown == len(peer.errors) == (0 if is_bound else 1)
    dispatcher.obey([codec.Message(None, "/deck/1/pan", (0.5,))], peer)
    assert len(asked) == 1


class Scene:
    """An echo, a peer with a fader, and the place where that should be."""

    def __init__(self) -> None:
        self.echo, self.peer, self.at = Echo(), Peer(), 0.0

    def says(self, value: float, now: float, tag: str = "f") -> None:
        self.echo.heard(self.peer, "/f", [Reading("f", value, tag)], now)

    def goes(self, value: float) -> None:
        self.at = value
        self.echo.stir()

    def tick(self, now: float) -> list[tuple[Argument, ...]]:
        self.echo.tick(now, lambda control, tag: self.at)
        told, self.peer.told = self.peer.told, []
        return told


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_nothing_while_it_moves_and_then_only_what_differs(scene: Scene) -> None:
    scene.says(0.5, 0.0)
    scene.goes(0.7)
    assert scene.tick(0.2) == []
    scene.says(0.6, 0.2)
    assert scene.tick(0.4) == []
    assert scene.tick(0.46) == [(pytest.approx(0.7),)]
    scene.says(0.7, 1.0)
    assert scene.tick(2.0) == []
    assert scene.tick(3.0) == []


def test_thirty_a_second_and_the_last_value(scene: Scene) -> None:
    scene.says(0.0, 0.0)
    told = []
    for n in range(1, 1001):
        scene.goes(n / 1000)
        told += scene.tick(1.0 + n / 1000)
    told += scene.tick(2.1)
    assert 20 <= len(told) <= 31
    assert told[-1] == (1.0,)


def test_a_finger_that_is_down_is_left_alone(scene: Scene) -> None:
    scene.says(0.5, 0.0)
    assert scene.echo.finger(scene.peer, "/f", True, 1.0)
    scene.goes(0.1)
    scene.says(0.5, 2.0)
    assert scene.tick(5.0) == []
    assert scene.echo.finger(scene.peer, "/f", False, 5.0)
    assert scene.tick(5.1) == [(pytest.approx(0.1),)]
    assert not scene.echo.finger(scene.peer, "/g", True, 6.0)


@pytest.mark.parametrize(("tag", "at", "told"), [("i", 63.6, 64), ("T", 1.0, True), ("f", 0.25, 0.25)])
def test_the_type_is_the_apps(scene: Scene, tag: str, at: float, told: object) -> None:
    scene.says(0.0, 0.0, tag)
    scene.goes(at)
    found = scene.tick(1.0)
    assert found == [(told,)]
    assert type(found[0][0]) is type(told)


def test_all_arguments_go_back_and_what_is_not_bound_as_it_came() -> None:
    echo, peer = Echo(), Peer()
    echo.heard(peer, "/xy", [Reading("xy/1", 0.25, "f"), Reading("xy/2", 0.5, "f")], 0.0)
    echo.tick(1.0, lambda control, tag: 0.75 if control == "xy/2" else None)
    assert peer.told == [(0.25, 0.75)]


def test_a_bang_is_told_nothing(scene: Scene) -> None:
    scene.says(1.0, 0.0, "")
    scene.goes(0.3)
    assert scene.tick(9.0) == []


def test_passers_by_and_the_oldest_are_forgotten(scene: Scene) -> None:
    scene.says(0.5, 0.0)
    scene.tick(1.0)
    scene.goes(0.2)
    assert scene.tick(61.0) == []
    for n in range(10):
        scene.says(0.2, 70.0 + n)
    scene.goes(0.9)
    assert scene.tick(1000.0) == [(pytest.approx(0.9),)]
    for n in range(MOST):
        scene.echo.heard(Peer(f"osc:{n}"), "/g", [Reading("g", 0.0, "f")], 1000.0)
    scene.goes(0.1)
    assert scene.tick(1001.0) == []
