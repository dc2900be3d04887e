"""Takeover as a table and as properties: no jumps, no dead ends."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.mapping.bindings import Takeover
from liveriff.control.mapping.takeover import TOLERANCE, Catch, Ghost, hands_text

unit = st.floats(0, 1)
seven = st.integers(0, 127).map(lambda n: n / 127)


def play(catch: Catch, hands: list[float]) -> list[float | None]:
    return [catch.move(before, hand) for before, hand in itertools.pairwise([None, *hands])]  # type: ignore[arg-type]


def armed(mode: str, target: float) -> Catch:
    catch = Catch(mode)  # type: ignore[arg-type]
    catch.watch(target)
    return catch


@pytest.mark.parametrize(
    ("mode", "target", "hands", "expected"),
    [
        ("jump", 0.5, [0.1], [0.1]),
        ("pickup", 0.5, [0.1, 0.3, 0.4], [None, None, None]),
        ("pickup", 0.5, [0.1, 0.6, 0.2], [None, 0.6, 0.2]),  # crossed between two samples, then it follows
        ("pickup", 0.5, [0.9, 0.45], [None, 0.45]),
        ("pickup", 0.5, [0.5], [0.5]),  # there already
        ("pickup", 0.5, [0.5 + TOLERANCE * 0.99], [0.5 + TOLERANCE * 0.99]),
        ("pickup", 0.5, [0.52], [None]),
        ("pickup", 1.0, [0.2, 1.0], [None, 1.0]),
        ("pickup", 0.0, [0.2, 0.0], [None, 0.0]),
        ("scale", 0.5, [0.0, 0.2], [None, 0.6]),
        ("scale", 0.8, [0.4, 0.2], [None, 0.4]),
        ("scale", 0.5, [0.2, 0.2], [None, None]),
        ("relative", 0.5, [0.1, 0.2], [None, 0.6]),
        ("relative", 0.9, [0.5, 0.7, 0.9, 1.0, 0.8], [None, 1.0, 1.0, 1.0, 0.8]),
    ],
)
def test_the_modes(mode: str, target: float, hands: list[float], expected: list[float | None]) -> None:
    assert play(armed(mode, target), hands) == [None if each is None else pytest.approx(each) for each in expected]


@given(target=unit, hands=st.lists(unit, min_size=2, max_size=40))
def test_pickup_moves_no_farther_than_the_hand_did(target: float, hands: list[float]) -> None:
    catch, value, before = armed("pickup", target), target, None
    for hand in hands:
        place = catch.move(before, hand)
        if place is not None:
            far = 0.0 if before is None else abs(hand - before)
            assert abs(place - value) <= far + 2 * TOLERANCE
            value = place
        before = hand


@given(target=unit, start=seven)
@pytest.mark.parametrize("mode", ["pickup", "scale", "relative", "jump"])
def test_a_hand_that_goes_to_both_ends_reaches_both(mode: str, target: float, start: float) -> None:
    places = play(armed(mode, target), [start, 1.0, 0.0, 1.0, 0.0])
    assert places[-2:] == [1.0, 0.0]


@given(target=unit, hands=st.lists(seven, min_size=2, max_size=60))
def test_scaling_follows_the_hand_s_direction_and_stays_within(target: float, hands: list[float]) -> None:
    catch, value, before = armed("scale", target), target, None
    for hand in hands:
        place = catch.move(before, hand)
        if place is not None and before is not None:
            assert 0 <= place <= 1
            assert (place - value) * (hand - before) >= 0 or abs(place - value) <= 2 * TOLERANCE
            value = place
        elif place is not None:
            value = place
        before = hand


@given(target=unit, hands=st.lists(seven, min_size=2, max_size=60))
def test_scaling_never_moves_farther_than_its_share_of_the_way_that_is_left(target: float, hands: list[float]) -> None:
    catch, value, before = armed("scale", target), target, None
    for hand in hands:
        place = catch.move(before, hand)
        if place is not None and before is not None and not catch.caught:
            left = (1 - value) / (1 - before) if hand > before else value / before
            assert abs(place - value) <= abs(hand - before) * left + 1e-9
        value, before = (value if place is None else place), hand


@given(target=unit, hands=st.lists(seven, min_size=2, max_size=60))
def test_relative_moves_exactly_as_far_as_the_hand_until_they_meet_at_an_end(target: float, hands: list[float]) -> None:
    catch, value, before = armed("relative", target), target, None
    for hand in hands:
        place = catch.move(before, hand)
        if place is not None and before is not None and not catch.caught:
            assert place == pytest.approx(min(1.0, max(0.0, value + hand - before)))
        value, before = (value if place is None else place), hand


def test_a_value_moved_from_elsewhere_must_be_caught_again() -> None:
    catch = armed("pickup", 0.5)
    assert play(catch, [0.4, 0.6]) == [None, 0.6]
    catch.wrote(0.6)
    catch.watch(0.6)
    assert catch.move(0.6, 0.7) == 0.7
    catch.wrote(0.7)
    catch.watch(0.1)
    assert catch.move(0.7, 0.6) is None
    assert catch.move(0.6, 0.05) == 0.05


def test_one_s_own_move_that_the_parameter_rounds_is_no_move_from_elsewhere() -> None:
    catch = armed("scale", 0.5)
    catch.move(0.0, 0.1)
    catch.wrote(0.5)  # the parameter rounded 0.55 back
    catch.watch(0.5)
    assert catch.target == pytest.approx(0.55)  # small moves add up all the same
    catch.watch(0.25)
    assert catch.target == 0.25


def test_rearming_lets_go() -> None:
    catch = armed("pickup", 0.5)
    assert play(catch, [0.5]) == [0.5]
    catch.wrote(0.5)
    catch.rearm()
    assert catch.move(0.9, 0.8) is None


def test_of_few_options_the_one_that_is_there_already_is_caught_at_once() -> None:
    assert armed("pickup", 0.25).move(None, 0.4, same=True) == 0.4
    assert armed("relative", 0.25).move(None, 0.4, same=True) is None


@pytest.mark.parametrize(
    ("hand", "caught", "mode", "hint", "holds"),
    [
        (0.2, False, "pickup", "up", False),
        (0.9, False, "scale", "down", False),
        (0.2, True, "pickup", "", True),
        (0.2, False, "jump", "", False),
        (0.2, False, "relative", "", False),
        (0.505, False, "relative", "", True),
    ],
)
def test_a_ghost_says_which_way_to_go(hand: float, caught: bool, mode: Takeover, hint: str, holds: bool) -> None:
    ghost = Ghost("d", "knob/1", "/x", hand, hand, 0.5, caught, mode)
    assert (ghost.hint, ghost.holds) == (hint, holds)


def test_only_hands_that_do_not_hold_their_value_are_told_once_each() -> None:
    held = Ghost("d", "knob/1", "/x", 0.2, 0.2, 0.5, True, "pickup")
    off = Ghost("d", "knob/2", "/y", 0.2, 0.8, 0.5, False, "pickup")
    assert hands_text([held, off, off]) == "/y\t0.800"
    assert hands_text([held]) == ""
