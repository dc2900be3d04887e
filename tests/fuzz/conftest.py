"""The fuzzer lies among the tools; what it makes goes into folders of the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own files are read, and nothing is left outside."""
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("fuzz.stage.MEMORY", tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
