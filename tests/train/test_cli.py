"""The commands, on what needs no training."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from liveriff.errors import UsageError
from liveriff.render.embedded.weights import checked_manifest
from liveriff.render.environment import VARIABLES
from liveriff.train import watching
from liveriff.train.cli import train
from liveriff.train.material import render
from liveriff.train.run import Run


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that training begins anew to get."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)


def test_every_command_explains_itself() -> None:
    listed = CliRunner().invoke(train, ["--help"]).output
    names = (
        "bank", "data", "codec", "latents", "unet", "distil", "listener", "align", "vocoder", "export", "eval", "all",
    )  # fmt: skip
    for name in names:
        assert f"  {name} " in listed
        result = CliRunner().invoke(train, [name, "--help"])
        assert result.exit_code == 0
        assert "--work" in result.output


@pytest.mark.parametrize("name", ["codec", "latents", "unet", "distil", "listener", "align", "vocoder", "all"])
def test_every_net_can_be_trained_on_a_device_of_choice(name: str) -> None:
    assert "[auto|cpu|cuda|mps]" in CliRunner().invoke(train, [name, "--help"]).output


def test_random_weights_can_be_exported(tmp_path: Path) -> None:
    result = CliRunner().invoke(train, ["export", "--untrained", "--work", str(tmp_path), "--to", str(tmp_path / "w")])
    assert result.exit_code == 0
    assert checked_manifest(tmp_path / "w").version in result.output


@pytest.mark.parametrize(
    "command",
    [
        ["codec"], ["latents"], ["unet"], ["distil"], ["listener"], ["align"], ["align", "--from-weights"], ["vocoder"],
        ["export", "--to", "{}/w"],
    ],
)  # fmt: skip
def test_what_is_missing_is_told_with_the_command_that_makes_it(tmp_path: Path, command: list[str]) -> None:
    words = [word.format(tmp_path) for word in command]
    result = CliRunner().invoke(train, [*words, "--work", str(tmp_path)])
    assert isinstance(result.exception, UsageError)
    assert "liveriff train" in str(result.exception)


def test_lines_come_seldom_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    now = [0.0]
    monkeypatch.setattr(watching.time, "monotonic", lambda: now[0])
    run = Run(tmp_path, "codec", 100.0)
    with watching.training("codec") as report:
        for step in range(40):
            now[0] = float(step)
            run.step, run.spent = step, float(step)
            report(run)
    assert capsys.readouterr().err.splitlines() == ["codec: step 15, 15 s, 15%", "codec: step 30, 30 s, 30%"]


def test_the_material_tells_its_pace_and_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    watching.material()(render.Progress(4, 4, 120, 2, 60.0))
    assert capsys.readouterr().err == "material: 4 of 4 shards, 120 items, 2.0 a second, 2 seeds failed\n"
