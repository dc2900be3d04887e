"""Every backend in the catalogue keeps the contract, and so does a small checkpoint of each that plays checkpoints.

Those are made by the libraries' own functions in the true formats and played by their public names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from liveriff.errors import LiveriffError
from liveriff.render.catalog import find, names
from liveriff.render.contract import CHECKS, Bench, run_check
from liveriff.render.libraries import quiet
from liveriff.render.specimens import make
from tests.render.dance.conftest import save_as_pipeline, small_unet
from tests.render.riffusion.tiny import save

PIPELINES = ("stable-audio", "stable-audio-3", "audioldm2", "musicldm")  # AudioLDM is MusicLDM but for its text encoder
CHECKPOINTS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "dance": ("dance", lambda folder: save_as_pipeline(small_unet(), folder)),
    "riffusion": ("riffusion", save),
    **{kind: ("pipelines", partial(make, kind)) for kind in PIPELINES},
}
"""The backend that plays a small checkpoint, and how that is written into a folder."""


@pytest.fixture(scope="module", params=[*names(), *(f"{kind}:FOLDER" for kind in CHECKPOINTS)])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    name: str = request.param
    if name.endswith(":FOLDER"):
        backend_name, write = CHECKPOINTS[name.partition(":")[0]]
        with quiet():
            name = f"{backend_name}:{write(tmp_path_factory.mktemp('checkpoint') / 'small')}"
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
