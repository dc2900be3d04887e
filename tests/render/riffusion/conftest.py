"""One small checkpoint for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from liveriff.render.riffusion.nets import Nets, load
from liveriff.render.riffusion.options import Options
from tests.render.riffusion.tiny import save


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint with DDIM and an offset of 1, as Stable Diffusion stores it."""
    return save(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def nets(folder: Path) -> Nets:
    return load(str(folder), Options(), "cpu")
