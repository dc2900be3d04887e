"""The commands, on what needs no training, and the figures of untrained weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from liveriff.errors import UsageError
from liveriff.render.embedded.model import untrained
from liveriff.render.embedded.weights import checked_manifest
from liveriff.render.environment import VARIABLES
from liveriff.train.cli import train
from liveriff.train.evaluate import evaluate


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that training begins anew to get."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Three pictures with facts."""
    folder = tmp_path / "data"
    folder.mkdir()
    dice = np.random.default_rng(0)
    np.save(folder / "loops-0000.npy", dice.integers(0, 120, (3, 512, 512)).astype(np.uint8))
    facts = {"tonic": 9, "mode": "minor", "bpm": 170.0, "captions": ["dark techno"]}
    rows = [
        {**facts, "category": name, "density": 0.2 * place, "brightness": 0.3 * place}
        for place, name in enumerate(("drums", "bass", "synth"))
    ]
    (folder / "loops-0000.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_every_command_explains_itself() -> None:
    for name in ("data", "codec", "unet", "export", "eval", "all"):
        result = CliRunner().invoke(train, [name, "--help"])
        assert result.exit_code == 0
        assert "--work" in result.output


def test_random_weights_can_be_exported(tmp_path: Path) -> None:
    result = CliRunner().invoke(train, ["export", "--untrained", "--work", str(tmp_path), "--to", str(tmp_path / "w")])
    assert result.exit_code == 0
    assert checked_manifest(tmp_path / "w").version in result.output


@pytest.mark.parametrize("command", [["codec"], ["unet"], ["export", "--to", "{}/w"]])
def test_what_is_missing_is_told_with_the_command_that_makes_it(tmp_path: Path, command: list[str]) -> None:
    words = [word.format(tmp_path) for word in command]
    result = CliRunner().invoke(train, [*words, "--work", str(tmp_path)])
    assert isinstance(result.exception, UsageError)
    assert "liveriff train" in str(result.exception)


def test_figures_and_a_contact_sheet_are_written(work: Path) -> None:
    seen: list[int] = []
    found = evaluate(untrained().to("cpu"), work, 2, 1, 1.0, lambda: seen.append(1))
    assert len(seen) == 2
    assert found["generated"]["loops"] == 2
    assert found["speed"]["times_real_time"] > 0
    assert json.loads((work / "eval.json").read_text())["steps"] == 1
    assert (work / "eval.png").stat().st_size > 1000
