"""One small checkpoint for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from liveriff.render.riffusion.nets import Nets, load
from liveriff.render.riffusion.options import Options
from tests.render.riffusion.tiny import save


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow ones (two gigabytes, minutes) only when asked for by ``-m slow``."""
    if "slow" not in str(config.option.markexpr):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="run it with -m slow"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint with DDIM and an offset of 1, as Stable Diffusion stores it."""
    return save(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def nets(folder: Path) -> Nets:
    return load(str(folder), Options(), "cpu")
