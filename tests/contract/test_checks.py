"""The checks notice every way in which a backend can break the contract, and nothing in one that keeps it."""

from __future__ import annotations

import pytest

from liveriff.render.contract import CHECKS, Bench, run_check

from .faulty import FaultyBackend, FaultyInTwo

CAUGHT = {
    "restless": "same job same bytes",
    "short": "exact length",
    "mono": "exact length",
    "double": "exact length",
    "nan": "exact length",
    "loud": "exact length",
    "silent": "every category",
    "deaf": "another seed differs",
    "ignores cancel": "cancel is obeyed",
    "raises": "every category",
    "seam": "loop closes",
    "hears guidance": "unhonoured changes nothing",
    "close": "close twice",
}


def broken(backend: FaultyBackend) -> dict[str, str]:
    bench = Bench(backend)
    results = [run_check(check, bench) for check in CHECKS]
    return {result.name: result.problem for result in results if not result.ok}


def problem_with(backend: FaultyBackend, check: str) -> str:
    found = next(one for one in CHECKS if one.__name__ == check.replace(" ", "_"))
    return run_check(found, Bench(backend)).problem


@pytest.mark.parametrize("backend", [FaultyBackend(), FaultyInTwo()], ids=["plain", "in two stages"])
def test_a_faultless_backend_passes(backend: FaultyBackend) -> None:
    assert broken(backend) == {}


@pytest.mark.parametrize(("fault", "check"), CAUGHT.items())
def test_a_fault_is_caught(fault: str, check: str) -> None:
    assert problem_with(FaultyBackend(fault), check)


def test_a_canvas_that_knows_the_tempo_is_caught() -> None:
    assert problem_with(FaultyInTwo("canvas knows tempo"), "tempo keeps the canvas")
