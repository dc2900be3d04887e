"""Small checkpoints of the families, by their public names, keep the contract of all backends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from liveriff.render.catalog import find
from liveriff.render.contract import CHECKS, Bench, run_check

FAMILIES = ("stable-audio", "stable-audio-3", "audioldm2", "musicldm")  # AudioLDM is MusicLDM but for its text encoder


@pytest.fixture(scope="module", params=FAMILIES)
def bench(request: pytest.FixtureRequest, folder: Callable[[str], Path]) -> Iterator[Bench]:
    backend = find(f"pipelines:{folder(request.param)}").create()
    backend.load("cpu")
    yield Bench(backend)
    backend.close()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_contract(bench: Bench, check: Callable[[Bench], str]) -> None:
    result = run_check(check, bench)
    if result.skipped:
        pytest.skip(result.skipped)
    assert result.ok, result.problem


def test_info_can_be_had_without_loading(bench: Bench) -> None:
    info = find(bench.backend.info.name).info()
    assert info == bench.backend.info
    assert info.version
    assert info.licence
