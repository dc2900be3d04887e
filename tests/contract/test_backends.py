"""Every backend in the catalogue keeps the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from liveriff.errors import LiveriffError
from liveriff.render.catalog import find, names
from liveriff.render.contract import CHECKS, Bench, run_check


@pytest.fixture(scope="module", params=names())
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    try:
        factory = find(request.param)
        factory.info()
    except LiveriffError as error:
        pytest.skip(str(error))
    backend = factory.create()
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
    assert info.categories or info.one_shots
