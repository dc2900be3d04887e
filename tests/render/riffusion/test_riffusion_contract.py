"""A small checkpoint in the true format, by its public name, keeps the contract of all backends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from liveriff.render.catalog import find
from liveriff.render.contract import CHECKS, Bench, run_check
from tests.render.riffusion.tiny import save


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder: Path = save(tmp_path_factory.mktemp("tiny"))
    backend = find(f"riffusion:{folder}").create()
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
