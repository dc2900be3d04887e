"""The backend of docs/backends.md: as short as it says, found by its entry point, and true to the contract."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from liveriff.render.catalog import find, names
from liveriff.render.contract import check_backend

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "examples" / "backend"
CODE = FOLDER / "liveriff_bells.py"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example as pip would leave it: its module, and metadata with the entry points of its own pyproject.toml."""
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["project"]
    metadata = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    groups = project["entry-points"].items()
    lines = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in points.items()) for group, points in groups]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    (tmp_path / CODE.name).write_text(CODE.read_text("utf-8"))
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop(CODE.stem, None)


def test_it_is_as_short_as_it_says() -> None:
    lines = [line for line in CODE.read_text("utf-8").splitlines() if line.strip()]
    assert len(lines) <= 55
    body = lines[next(k for k, line in enumerate(lines) if line.startswith("INFO")) :]
    assert len(body) <= 45


def test_the_page_shows_it_as_it_is() -> None:
    page = (DOCS / "backends.md").read_text("utf-8")
    assert CODE.read_text("utf-8").strip() in page
    assert (FOLDER / "pyproject.toml").read_text("utf-8").strip() in page


def test_it_is_found_by_its_entry_point(installed: Path) -> None:
    assert "bells" in names()
    assert find("bells").info().title == "Bells"


def test_it_keeps_the_contract(installed: Path) -> None:
    results = list(check_backend(find("bells"), "cpu"))
    assert [result for result in results if not result.ok] == []
    assert len([result for result in results if not result.skipped]) > 8


def test_the_command_plays_it(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    arguments = [
        "render",
        "--model",
        "bells",
        "--category",
        "synth",
        "--prompt",
        "glass",
        "--bpm",
        "120",
        "--bars",
        "1",
    ]
    command = [sys.executable, "-m", "liveriff", *arguments, "--out", str(tmp_path / "bells.wav")]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    with wave.open(str(tmp_path / "bells.wav")) as file:
        assert file.getnframes() == 88200
