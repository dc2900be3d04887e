"""Every backend in the catalogue keeps the contract, and so does a small checkpoint of each that plays checkpoints.

Those are made by the libraries' own functions in the true formats and played by their public names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from liveriff.errors import LiveriffError
from liveriff.render.catalog import find, names
from liveriff.render.contract import CHECKS, Bench, run_check
from tests.render.dance.conftest import save_as_pipeline, small_unet
from tests.render.riffusion.tiny import save

CHECKPOINTS: dict[str, Callable[[Path], Path]] = {
    "dance:FOLDER": lambda folder: save_as_pipeline(small_unet(), folder),
    "riffusion:FOLDER": save,
}
"""How a small checkpoint is written into a folder, by the name that plays it."""


@pytest.fixture(scope="module", params=[*names(), *CHECKPOINTS])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    name: str = request.param
    if name in CHECKPOINTS:
        name = name.replace("FOLDER", str(CHECKPOINTS[name](tmp_path_factory.mktemp("checkpoint") / "small")))
    try:
        factory = find(name)
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
