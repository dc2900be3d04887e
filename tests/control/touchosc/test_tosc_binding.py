"""A finger's way through a control, over the wire, into the registry and back ends where it began."""

from __future__ import annotations

import struct

import pytest

from liveriff.control.touchosc import PHONE, TABLET, Show, layout
from liveriff.control.touchosc import binding as bind
from liveriff.control.touchosc.node import Binding, Node
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE

BANKS = {1: ("house drums", "tribal drums"), 2: ("sub",)}
SHOW = Show("show", (1, 2, 3, 4), BANKS, {}, ("house", "drum-and-bass"))
ROOTS = {"tablet": layout(SHOW, TABLET), "phone": layout(SHOW, PHONE)}
MOVING = ("FADER", "XY", "RADIO")

TRAVELS = [
    ("/deck/1/alpha", "/deck/1/alpha", "FLOAT", 0, 1),
    ("/deck/1/pan", "/deck/1/pan", "FLOAT", -1, 1),
    ("/tempo/bpm", "/tempo/bpm", "FLOAT", 40, 240),
    ("/pads/capture/beats", "/pads/capture/beats/raw", "FLOAT", 0, 1),
    ("/deck/1/fill/beats", "/deck/1/fill/beats/raw", "FLOAT", 0, 1),
    ("/deck/1/evolve", "/deck/1/evolve", "INTEGER", 0, 16),
    ("/deck/1/steps", "/deck/1/steps/raw", "FLOAT", 0, 1),
    ("/deck/1/guidance", "/deck/1/guidance/raw", "FLOAT", 0, 1),
    ("/deck/1/level", "/deck/1/level/raw", "FLOAT", 0, 1),
    ("/reverb/time", "/reverb/time/raw", "FLOAT", 0, 1),
    ("/deck/1/density", "/deck/1/density/raw", "FLOAT", 0, 1),
    ("/deck/1/beats", "/deck/1/beats/raw", "FLOAT", 0, 1),
    ("/deck/1/mute", "/deck/1/mute/raw", "FLOAT", 0, 1),
    ("/deck/1/category", "/deck/1/category/raw", "FLOAT", 0, 1),
]


@pytest.mark.parametrize(("path", "address", "how", "low", "high"), TRAVELS)
def test_linear_numbers_go_in_user_units_and_all_else_as_travel(
    path: str, address: str, how: str, low: float, high: float
) -> None:
    bound = bind.move(TABLE[path])
    assert (bound.path, bound.conversion, bound.low, bound.high) == (address, how, low, high)
    assert bound.sends
    assert bound.receives
    assert bind.wants_raw(TABLE[path]) == address.endswith("/raw")


def on_the_wire(bound: Binding, x: float) -> float:
    """What TouchOSC sends: min + x * (max - min), as a 32-bit float or a whole number."""
    number = bound.low + x * (bound.high - bound.low)
    return round(number) if bound.conversion == "INTEGER" else struct.unpack(">f", struct.pack(">f", number))[0]


def back_from_the_wire(bound: Binding, number: float) -> float:
    """What TouchOSC makes of what it receives."""
    number = struct.unpack(">f", struct.pack(">f", number))[0]
    return (number - bound.low) / (bound.high - bound.low)


def received(registry: Registry, bound: Binding, number: float) -> float:
    """What the registry does with it, and what it would send back on the same address."""
    path = bound.path.removesuffix("/raw")
    if path != bound.path:
        registry.set_raw(path, number)
        return registry.raw(path)
    registry.set(path, number)
    return registry.number(path)


def moving(root: Node) -> list[tuple[Node, Binding]]:
    """Controls with a travel, each with its bindings that go both ways."""
    return [(n, b) for n in root.walk() if n.kind in MOVING for b in n.bindings if b.sends and b.receives]


@pytest.mark.parametrize("size", ROOTS)
def test_a_finger_finds_its_control_where_it_left_it(size: str) -> None:
    registry = Registry()
    pairs = moving(ROOTS[size])
    assert len(pairs) > 60
    for node, bound in pairs:
        steps = int(str(node.looks["steps"])) if node.kind == "RADIO" else 0
        for x in range(steps) if steps else (0.0, 0.25, 0.5, 0.97, 1.0):
            answer = back_from_the_wire(bound, received(registry, bound, on_the_wire(bound, x)))
            if steps:
                assert int(answer) == round(answer) == x, (bound, x, answer)  # whether the app cuts or rounds
            else:
                kind = TABLE[bound.path.removesuffix("/raw")].kind
                low, high = kind.range or (0.0, 1.0)
                step = 0.51 / (high - low) if kind.osc == "i" else 0.0  # a whole number is met by half of one
                settled = 1.0 if kind.options else max(0.02, step)
                assert abs(answer - x) <= settled, (bound, x, answer)


@pytest.mark.parametrize("size", ROOTS)
def test_radios_pick_every_option_in_its_order(size: str) -> None:
    registry = Registry()
    radios = [node for node in ROOTS[size].walk() if node.kind == "RADIO"]
    assert radios
    for node in radios:
        bound, spec = node.bindings[0], TABLE[node.name]
        words = [spec.format(option) for option in spec.kind.options] or None
        for index in range(int(str(node.looks["steps"]))):
            received(registry, bound, on_the_wire(bound, index))
            if words:
                assert registry.format(node.name) == words[index]
            else:
                assert registry.number(node.name) == spec.kind.range[0] + index  # type: ignore[index]


@pytest.mark.parametrize("size", ROOTS)
def test_buttons_say_what_the_parameter_takes(size: str) -> None:
    said = [(n, b) for n in ROOTS[size].walk() if n.kind == "BUTTON" for b in n.bindings if b.constant is not None]
    assert {b.path for _, b in said} >= {"/deck/1/prompt/a", "/deck/2/prompt/b", "/scene", "/key/tonic", "/tempo/nudge"}
    for _, bound in said:
        argument = bound.constant if bound.conversion == "STRING" else float(str(bound.constant))
        assert TABLE[bound.path].from_args([argument]) == TABLE[bound.path].coerce(bound.constant)
        assert not bound.receives


def test_a_pad_hit_low_is_soft_and_never_silent_and_lets_go() -> None:
    down, up, touch = next(n for n in ROOTS["tablet"].walk() if n.name == "/pad/1/trigger").bindings
    assert (down.condition, up.condition, up.constant) == ("RISE", "FALL", "0")
    assert 0 < on_the_wire(down, 0.0) < 0.5
    assert on_the_wire(down, 1.0) == 1.0
    assert (touch.path, touch.value) == ("/pad/1/trigger/z", "touch")


def test_strength_takes_the_other_axis_once_it_is_heard() -> None:
    def axes(root: Node) -> str:
        return next(node.name for node in root.walk() if node.kind == "XY")

    from dataclasses import replace

    for heard, axis in ((True, "/deck/1/strength"), (False, "/deck/1/density")):
        table = dict(TABLE)
        for deck in (1, 2, 3, 4):
            path = f"/deck/{deck}/strength"
            table[path] = replace(table[path], audible=heard)
        assert axes(layout(SHOW, TABLET, table)) == f"/deck/1/alpha {axis}"
