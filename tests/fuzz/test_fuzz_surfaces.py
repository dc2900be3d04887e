"""A few inputs for every surface, always the same ones: the long hunts are `make fuzz`."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from fuzz.hunt import Limits, hunt
from fuzz.surfaces import SURFACES

HEAVY = {"log-replay": 12, "log-page": 10, "picture-sound": 12, "tosc": 20, "network": 6}
"""Surfaces that compile, draw or load something big: fewer inputs."""


@pytest.mark.parametrize("name", SURFACES)
def test_nothing_but_the_one_clear_error_comes_out(name: str) -> None:
    surface = SURFACES[name]
    tally = hunt(surface, Limits(HEAVY.get(name, 60), seed=7))
    assert tally.findings == {}
    assert tally.inputs == tally.taken + tally.refused


@pytest.mark.parametrize("name", [name for name in SURFACES if name not in HEAVY])
def test_the_seeds_are_good_inputs(name: str) -> None:
    """A surface whose seeds are all refused at its first check tries nothing behind it."""
    surface = SURFACES[name]
    target, taken = surface.open(), 0
    for seed in list(surface.seeds())[:8]:
        try:
            taken += target(seed)
        except surface.refusals:
            continue
    assert taken > 0


def test_few_parameters_are_of_every_kind() -> None:
    """What is tried with some of the decks and pads is tried with all that a deck or a pad has."""
    from fuzz.stage import FEW

    from liveriff.params.table import TABLE

    def kinds(paths: Iterable[str]) -> set[str]:
        return {re.sub(r"^/(deck|pad)/\d+/", r"/\1/N/", path) for path in paths}

    assert kinds(FEW) == kinds(TABLE)
    assert {path.split("/")[2] for path in FEW if re.match(r"/(deck|pad)/\d", path)} == {"1", "2"}
    assert len(FEW) < len(TABLE) / 3


def test_each_kind_of_file_that_is_left_behind_can_be_taken() -> None:
    target = SURFACES["left-behind"].open()
    for seed in SURFACES["left-behind"].seeds():
        assert target(seed)


def test_a_loop_turns_as_long_as_there_is_something_to_do() -> None:
    from fuzz.stage import Loop

    loop, done = Loop(), list[int]()

    def step(number: int) -> None:
        done.append(number)
        if number < 5:
            loop.loop.call_soon(step, number + 1)

    loop.call(loop.loop.call_soon, step, 1)
    loop.call(loop.loop.call_later, 10.0, step, 7)
    loop.turn(8)
    assert done == [1, 2, 3, 4, 5]
    loop.wait(11.0)
    assert done[-1] == 7
    loop.loop.close()
