"""A few inputs for every surface, always the same ones: the long hunts are `make fuzz`."""

from __future__ import annotations

import pytest
from fuzz.hunt import Limits, hunt
from fuzz.surfaces import SURFACES

HEAVY = {"log-replay": 12, "log-page": 10, "picture-sound": 12, "tosc": 20, "network": 6}
"""Surfaces that compile, draw or load something big: fewer inputs."""


@pytest.mark.parametrize("name", SURFACES)
def test_nothing_but_the_one_clear_error_comes_out(name: str) -> None:
    surface = SURFACES[name]
    tally = hunt(surface, Limits(HEAVY.get(name, 60), seed=7))
    assert list(tally.findings) == []
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
