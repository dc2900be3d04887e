"""Pickled weights become safetensors without running what is in them; `liveriff models` tells what there is."""

from __future__ import annotations

import json
import pickle
import shutil
import sys
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file

from liveriff.cli.app import main
from liveriff.cli.models import models
from liveriff.errors import ModelError, UsageError
from liveriff.render.riffusion.nets import Nets, load
from liveriff.render.riffusion.options import Options
from liveriff.render.riffusion.unpickle import convert


def pickled(folder: Path, into: Path) -> Path:
    """The checkpoint as it would have been saved in 2022."""
    copy = shutil.copytree(folder, into)
    for path in list(copy.rglob("*.safetensors")):
        stem = "pytorch_model" if path.stem == "model" else path.stem
        torch.save(load_file(path), path.with_name(f"{stem}.bin"))
        path.unlink()
    return copy


def test_a_pickled_folder_becomes_one_that_loads(folder: Path, nets: Nets, tmp_path: Path) -> None:
    written = convert(pickled(folder, tmp_path / "old"), tmp_path / "new")
    assert {path.name for path in written} == {"diffusion_pytorch_model.safetensors", "model.safetensors"}
    loaded = load(str(tmp_path / "new"), Options(), "cpu")
    ours, theirs = loaded.unet.state_dict(), nets.unet.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert {path.name for path in tmp_path.iterdir()} == {"old", "new"}


def test_a_pickled_file_becomes_one_file(tmp_path: Path) -> None:
    weights = {"model.diffusion_model.a": torch.ones(2), "b": torch.zeros(3)}
    torch.save({"state_dict": weights, "epoch": 3}, tmp_path / "old.ckpt")
    convert(tmp_path / "old.ckpt", tmp_path / "new.safetensors")
    found = load_file(tmp_path / "new.safetensors")
    assert set(found) == set(weights)
    assert torch.equal(found["b"], weights["b"])


class Trap:
    """A pickle that would run a command."""

    def __init__(self, touched: Path) -> None:
        self._touched = touched

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, (f"import pathlib; pathlib.Path({str(self._touched)!r}).touch()",)


def test_programs_in_a_pickle_are_not_run(tmp_path: Path) -> None:
    trap = Trap(tmp_path / "ran")
    torch.save({"state_dict": trap}, tmp_path / "trap.ckpt")
    (tmp_path / "raw.ckpt").write_bytes(pickle.dumps(trap))
    for name in ("trap.ckpt", "raw.ckpt"):
        with pytest.raises(ModelError, match="cannot be read safely"):
            convert(tmp_path / name, tmp_path / "new.safetensors")
    assert {path.name for path in tmp_path.iterdir()} == {"trap.ckpt", "raw.ckpt"}
    pickle.loads((tmp_path / "raw.ckpt").read_bytes())
    assert (tmp_path / "ran").exists()  # it was a trap


def test_what_cannot_be_converted_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    old = pickled(folder, tmp_path / "old")
    next((old / "vae").glob("*.bin")).write_bytes(b"noise")
    (tmp_path / "there").mkdir()
    for source, out, error in (
        (old, tmp_path / "new", ModelError),
        (old, tmp_path / "there", UsageError),
        (old, tmp_path / "no" / "new", UsageError),
        (folder, tmp_path / "new", ModelError),
        (old / "model_index.json", tmp_path / "new.bin", UsageError),
    ):
        with pytest.raises(error):
            convert(source, out)
    assert {path.name for path in tmp_path.iterdir()} == {"old", "there"}


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return tmp_path


def test_models_are_listed_with_what_they_lack(home: Path, folder: Path) -> None:
    (home / "models.yaml").write_text(
        f"funk: {{backend: riffusion, model: {folder}, categories: [bass], title: Funk}}\n"
        "gone: {backend: riffusion, model: ./nowhere}\n"
    )
    told = json.loads(CliRunner().invoke(models, ["list", "--json"]).stdout)
    found = {model["name"]: model for model in told["models"]}
    assert found["funk"]["title"] == "Funk"
    assert found["funk"]["categories"] == ["bass"]
    assert "nowhere" in found["gone"]["problem"]
    assert found["test-tone"]["licence"] == "MIT"
    plain = CliRunner().invoke(models, ["list"]).stdout
    assert "Funk" in plain
    assert "models.yaml" in plain


def test_getting_says_where_it_lies_and_its_licence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def fetch(model: str, **about: object) -> str:
        asked.append({"model": model, **about})
        (home / "README.md").write_text("---\nlicense: openrail\n---\n")
        return str(home)

    monkeypatch.setattr("huggingface_hub.snapshot_download", fetch)
    told = CliRunner().invoke(models, ["get", "a/b", "--revision", "v1"])
    assert told.exit_code == 0
    assert f"a/b lies in {home}." in told.stdout
    assert "openrail" in told.stdout
    assert asked[0]["revision"] == "v1"
    assert "*.bin" not in asked[0]["allow_patterns"]  # type: ignore[operator]
    CliRunner().invoke(models, ["get", "a/b", "--pickled"])
    assert "*.bin" in asked[1]["allow_patterns"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("models", "get", "nonsense"), "is no hub id"),
        (("models", "get", "no/such-model"), "cannot be downloaded"),
        (("models", "convert", "{home}", "--out", "{home}/new"), "holds no pickled weights"),
        (("render", "--prompt=x", "--model=riffusion:{home}", "--out={home}/a.wav"), "holds no .safetensors files"),
        (("render", "--prompt=x", "--model=riffusion:/x?layot=mono", "--out={home}/a.wav"), "Did you mean layout?"),
    ],
)
def test_wrong_input_is_one_sentence(
    arguments: tuple[str, ...],
    told: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["liveriff", *(each.format(home=home) for each in arguments)])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert list(home.iterdir()) == []
