"""The small pure parts: curves, clicks, layers, fire modes, look-up, detection."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.mapping.bindings import Binding, Layer, is_control, parse_layer
from liveriff.control.mapping.curves import TRAVEL, VELOCITY, velocity
from liveriff.control.mapping.detect import is_switch, relative
from liveriff.control.mapping.encodings import ENCODINGS, clicks
from liveriff.control.mapping.fire import Button, meets
from liveriff.control.mapping.layers import Layers, Place
from liveriff.control.mapping.lookup import Lookup
from liveriff.control.mapping.relative import Clicks

unit = st.floats(0, 1)


@given(x=unit)
@pytest.mark.parametrize("name", TRAVEL)
def test_travel_has_a_way_back(name: str, x: float) -> None:
    there, back = TRAVEL[name]
    assert back(there(x)) == pytest.approx(x, abs=1e-7)
    assert (there(0.0), there(1.0)) == (0.0, 1.0)


@given(hand=unit, low=st.floats(0, 0.4), high=st.floats(0.6, 1), invert=st.booleans(), curve=st.sampled_from([*TRAVEL]))
def test_a_binding_s_range_has_a_way_back(hand: float, low: float, high: float, invert: bool, curve: str) -> None:
    binding = Binding("knob/1", "/deck/1/alpha", low=low, high=high, invert=invert, curve=curve)
    assert low <= binding.raw(hand) <= high
    assert binding.hand(binding.raw(hand)) == pytest.approx(hand, abs=1e-6)


def test_what_a_control_does_not_reach_waits_at_its_nearer_end() -> None:
    binding = Binding("knob/1", "/deck/1/alpha", low=0.2, high=0.6)
    assert (binding.hand(0.9), binding.hand(0.0)) == (1.0, 0.0)


@given(force=st.floats(0, 1))
@pytest.mark.parametrize("name", VELOCITY)
def test_a_hit_is_never_silent_and_never_too_loud(name: str, force: float) -> None:
    assert 0 < velocity(name, force) <= 1


def test_velocity_curves_differ_the_way_their_names_say() -> None:
    assert velocity("soft", 0.25) > velocity("linear", 0.25) > velocity("hard", 0.25)
    assert velocity("fixed", 0.01) == 1.0


@pytest.mark.parametrize(
    ("text", "layer"),
    [("", Layer()), ("shift", Layer(shift=True)), ("page/2", Layer(2)), ("page/12+shift", Layer(12, True)),
     ("page/0", None), ("shift+page/2", None), ("page", None), ("+shift", None), ("page/2shift", None)],
)  # fmt: skip
def test_layers_are_read(text: str, layer: Layer | None) -> None:
    assert parse_layer(text) == layer


@pytest.mark.parametrize("name", ["knob/1", "cc/*/64", "transport/play", "shift", "fader/last", "pad/3/pressure"])
def test_names_of_controls(name: str) -> None:
    assert is_control(name)


@pytest.mark.parametrize("name", ["", "Knob/1", "knob 1", "/knob", "knob/", "*"])
def test_what_is_no_name(name: str) -> None:
    assert not is_control(name)


# --- clicks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "right", "left"),
    [("twos-complement", 1, 127), ("binary-offset", 65, 63), ("signed-bit", 1, 65), ("signed-bit-2", 65, 1)],
)
def test_codings_of_clicks(encoding: str, right: int, left: int) -> None:
    assert (clicks(encoding, right / 127), clicks(encoding, left / 127)) == (1, -1)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_seven_bits_survive_the_way_through_a_position(encoding: str) -> None:
    assert [clicks(encoding, n / 127) for n in range(128)] == [ENCODINGS[encoding](n) for n in range(128)]


@given(steps=st.lists(st.integers(-3, 3), max_size=50))
def test_fractions_of_a_step_are_not_lost(steps: list[int]) -> None:
    counter, made = Clicks(), 0
    for n in range(40):
        made += counter.whole(counter.turn(1, n, step=0.1))
    assert made == 4
    assert sum(Clicks().whole(Clicks().turn(n, 0.0)) for n in steps) == sum(steps)


def test_a_turn_round_begins_anew() -> None:
    counter = Clicks()
    assert counter.whole(0.9) == 0
    assert counter.whole(-0.5) == 0
    assert counter.whole(-0.5) == -1


def test_acceleration_is_off_unless_asked_for_and_grows_with_speed() -> None:
    def far(gap: float, acceleration: float) -> float:
        counter = Clicks()
        counter.turn(1, 0.0, 1.0, acceleration)
        return counter.turn(1, gap, 1.0, acceleration)

    assert far(0.001, 0.0) == 1
    assert far(1.0, 4.0) == 1
    assert 1 < far(0.1, 4.0) < far(0.02, 4.0) < far(0.001, 4.0) + 1e-9 == pytest.approx(5)


# --- layers --------------------------------------------------------------------------------------------------------


def test_shift_is_down_while_anyone_holds_it() -> None:
    moves: list[Place] = []
    layers = Layers(lambda: moves.append(layers.here), pages=3)
    layers.shift(("a", "shift"), True)
    layers.shift(("b", "shift"), True)
    layers.shift(("a", "shift"), False)
    assert layers.here.shift
    layers.release("b")
    assert not layers.here.shift
    assert len(moves) == 2


def test_a_latch_stays() -> None:
    layers = Layers()
    layers.latch()
    layers.shift(("a", "shift"), True)
    layers.shift(("a", "shift"), False)
    assert layers.here.shift
    layers.latch()
    assert not layers.here.shift


def test_pages_and_focus_go_round_and_keep_to_what_there_is() -> None:
    layers = Layers(pages=3)
    layers.step_page(-1)
    assert layers.here.page == 3
    layers.limit(2)
    assert layers.here.page == 2
    layers.page(9)
    assert layers.here.page == 2
    layers.step_focus(-1)
    assert layers.here.focus == 4
    layers.focus(99)
    assert layers.here.focus == 4


@pytest.mark.parametrize(
    ("place", "name"),
    [(Place(), ""), (Place(2), "page/2"), (Place(1, True), "shift"), (Place(2, True), "page/2+shift")],
)
def test_a_place_names_the_layer_to_bind_in(place: Place, name: str) -> None:
    assert place.name == name
    layer = parse_layer(name)
    assert layer is not None
    assert place.holds(layer)


# --- look-up -------------------------------------------------------------------------------------------------------

BASE = Binding("knob/1", "/deck/1/alpha")
PAGE = Binding("knob/1", "/deck/1/density", layer="page/2")
SHIFT = Binding("knob/1", "/deck/1/pan", layer="shift")
MINE = Binding("knob/1", "/deck/1/width", device="mine")
SUSTAIN = Binding("cc/*/64", "/deck/1/freeze")
LAST = Binding("fader/last", "/master/level")
LOOKUP = Lookup([BASE, PAGE, SHIFT, MINE, SUSTAIN, LAST])


@pytest.mark.parametrize(
    ("device", "control", "place", "found"),
    [
        ("any", "knob/1", Place(), BASE),
        ("any", "knob/1", Place(page=2), PAGE),
        ("any", "knob/1", Place(page=3), BASE),
        ("any", "knob/1", Place(page=2, shift=True), SHIFT),
        ("mine", "knob/1", Place(), MINE),
        ("mine#2", "knob/1", Place(), BASE),
        ("any", "cc/7/64", Place(), SUSTAIN),
        ("any", "fader/8", Place(), LAST),
        ("any", "fader/7", Place(), None),
        ("any", "knob/2", Place(), None),
    ],
)
def test_the_finest_binding_acts(device: str, control: str, place: Place, found: Binding | None) -> None:
    controls = [f"fader/{n}" for n in range(1, 9)]
    assert LOOKUP.at(device, control, place, controls) == ((found,) if found else ())


def test_two_bindings_of_one_rank_both_act() -> None:
    other = Binding("knob/1", "/deck/2/alpha")
    assert Lookup([BASE, other]).at("any", "knob/1", Place()) == (BASE, other)


# --- fire ----------------------------------------------------------------------------------------------------------


def run(fires: set[str], *moves: tuple[str, float]) -> list[str]:
    """Events that a binding of these fire modes acts on, of moves "down", "up" and "tick" at times."""
    button, events = Button(fires), []
    for move, at in moves:
        told = {"down": button.down, "up": button.up, "tick": button.due}[move](at)
        events += [event for event in told if any(meets(fire, event) for fire in fires)]
    return events


@pytest.mark.parametrize(
    ("fires", "moves", "events"),
    [
        ({"press"}, [("down", 0)], ["press"]),
        ({""}, [("down", 0), ("up", 2)], ["press"]),
        ({"release"}, [("down", 0), ("up", 0.1)], ["release"]),
        ({"hold"}, [("down", 0), ("up", 0.1)], ["down", "up"]),
        ({"press", "long"}, [("down", 0), ("tick", 0.2), ("up", 0.3)], ["press"]),
        ({"press", "long"}, [("down", 0), ("tick", 0.51), ("tick", 0.6), ("up", 0.7)], ["long"]),
        ({"long"}, [("down", 0), ("up", 0.6)], ["long"]),  # nobody asked in time; the release still knows
        ({"press", "double"}, [("down", 0), ("up", 0.1), ("tick", 0.2)], []),
        ({"press", "double"}, [("down", 0), ("up", 0.1), ("tick", 0.31)], ["press"]),
        ({"press", "double"}, [("down", 0), ("up", 0.1), ("down", 0.2), ("up", 0.3), ("tick", 1)], ["double"]),
        ({"press", "double"}, [("down", 0), ("up", 0.1), ("down", 0.5)], ["press"]),
        ({"press", "double"}, [("down", 0), ("tick", 0.4), ("up", 0.5)], ["press"]),
        ({"press", "double", "long"}, [("down", 0), ("up", 0.4)], ["press"]),
        ({"press", "double", "long"}, [("down", 0), ("tick", 0.5), ("up", 0.6), ("tick", 2)], ["long"]),
        ({"toggle"}, [("down", 0)], ["press"]),
    ],
)
def test_fire_modes(fires: set[str], moves: list[tuple[str, float]], events: list[str]) -> None:
    assert run(fires, *moves) == events


def test_a_button_waits_only_while_time_can_decide() -> None:
    button = Button({"double"})
    assert not button.waits
    button.down(0.0)
    button.up(0.1)
    assert button.waits
    button.due(1.0)
    assert not button.waits


# --- detection -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "encoding"),
    [
        ([1] * 6, "twos-complement"),
        ([1, 1, 2, 127, 127, 126], "twos-complement"),
        ([65, 65, 65, 63, 63, 63], "binary-offset"),
        ([63] * 8, "binary-offset"),
        ([1, 1, 1, 65, 65, 66], "signed-bit"),
        ([1] * 5, ""),  # never on few messages
        ([1], ""),
        ([0] * 10, ""),  # a resting encoder looks like a fader
        ([64] * 10, ""),
        ([10, 11, 12, 13, 14, 15], ""),
        ([1, 1, 1, 1, 1, 40], ""),
        ([127, 0, 127, 0, 127, 0], ""),
    ],
)
def test_clicks_are_recognised(values: list[int], encoding: str) -> None:
    assert relative(values).encoding == encoding


def test_turning_both_ways_makes_it_sure_and_a_slow_fader_stays_doubtful() -> None:
    assert relative([1, 1, 1, 127, 127, 127]).confidence > 0.9
    assert relative([1, 1, 1, 1, 1, 1]).confidence > relative([1, 2, 3, 4, 5, 6]).confidence
    assert relative([1, 2, 3, 4, 5, 6]).confidence < 0.5


def test_a_switch_sends_ends_only() -> None:
    assert is_switch([127, 0, 127])
    assert not is_switch([0, 127])
    assert not is_switch([127, 64])
