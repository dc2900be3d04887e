"""What is known of a checkpoint before it is loaded, and what is refused with one sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from liveriff.errors import ModelError, UsageError
from liveriff.render.backend import PATHS
from liveriff.render.catalog import find
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.pipelines.card import card_of
from liveriff.render.pipelines.loading import dtype_of
from liveriff.render.pipelines.options import Options, options_of

Folder = Callable[[str], Path]


@pytest.fixture
def copied(folder: Folder, tmp_path: Path) -> Callable[[str], Path]:
    """A checkpoint of one's own, to be broken."""
    return lambda kind: Path(shutil.copytree(folder(kind), tmp_path / kind))


@pytest.mark.parametrize(
    ("kind", "rate", "channels", "unit", "columns"),
    [
        ("stable-audio", 8000, 2, 64, 1000),
        ("stable-audio-3", 8000, 2, 256, 384 * 8000 // 256),
        ("audioldm", 8000, 1, 80 * 4, 2 * 128),
        ("audioldm2", 8000, 1, 80 * 4, 2 * 256),
        ("musicldm", 8000, 1, 80 * 4, 2 * 128),
    ],
)
def test_cards(folder: Folder, kind: str, rate: int, channels: int, unit: int, columns: int) -> None:
    card = card_of(Checkpoint("x", "pipelines", str(folder(kind))))
    assert (card.rate, card.channels, card.unit, card.columns) == (rate, channels, unit, columns)


@pytest.mark.parametrize(("kind", "guided"), [("stable-audio", True), ("stable-audio-3", False), ("audioldm2", True)])
def test_what_is_honoured(folder: Folder, kind: str, guided: bool) -> None:
    info = find(f"pipelines:{folder(kind)}").info()
    assert (PATHS["guidance"] in info.honours) == guided
    assert PATHS["source"] in info.honours
    assert PATHS["strength"] in info.honours
    assert PATHS["density"] not in info.honours


def changed(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def refused(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        find(f"pipelines:{folder}").create().load("cpu")
    return str(caught.value)


def test_another_pipeline_is_refused(copied: Folder) -> None:
    place = copied("stable-audio-3")
    changed(place / "model_index.json", _class_name="FluxPipeline")
    assert "FluxPipeline" in refused(place)


def test_code_of_its_own_is_not_run(copied: Folder, tmp_path: Path) -> None:
    place = copied("stable-audio-3")
    mark = tmp_path / "ran"
    (place / "vae" / "mine.py").write_text(f"open({str(mark)!r}, 'w')\nclass AutoencoderSAME: pass\n")
    changed(place / "model_index.json", vae=["mine", "AutoencoderSAME"])
    assert "code of its own" in refused(place)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda place: (place / "model_index.json").unlink(), "model_index.json"),
        (lambda place: (place / "vae" / "config.json").write_text("{"), "cannot be read"),
        (lambda place: (place / "vae" / "config.json").write_text("{}"), "not those of a"),
        (lambda place: shutil.rmtree(place / "tokenizer"), "no tokenizer"),
        (lambda place: [file.unlink() for file in (place / "transformer").glob("*.safetensors")], "cannot be loaded"),
        (lambda place: [file.rename(file.with_suffix(".bin")) for file in place.rglob("*.safetensors")], "safetensors"),
    ],
)
def test_broken_folders_are_refused_in_one_sentence(
    copied: Folder, broken: Callable[[Path], object], words: str
) -> None:
    place = copied("stable-audio-3")
    broken(place)
    said = refused(place)
    assert words in said
    assert "\n" not in said


def test_one_that_is_not_here_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"liveriff models get stabilityai/stable-audio-open-1\.0"):
        find("pipelines").info()


def test_the_table_names_one(folder: Folder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    table = {"pipelines": {"backend": "pipelines", "model": str(folder("audioldm2")), "categories": ["mix"],
                           "one_shots": ["fx"], "licence": "mine", "options": {"steps": 7}}}  # fmt: skip
    (tmp_path / "models.yaml").write_text(json.dumps(table))
    info = find("pipelines").info()
    assert (info.categories, info.one_shots, info.licence, info.default_steps) == (("mix",), ("fx",), "mine", 7)
    assert find("pipelines?steps=3").info().default_steps == 3
    assert info.default_guidance == 3.5


def test_the_licence_is_the_cards_own(copied: Folder) -> None:
    place = copied("stable-audio-3")
    (place / "README.md").write_text("---\nlicense: cc-by-nc-sa-4.0\n---\n")
    assert find(f"pipelines:{place}").info().licence == "cc-by-nc-sa-4.0"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"stepz": 3}, "Did you mean"),
        ({"scheduler": "magic"}, "one of"),
        ({"eta": 1.5}, "0 to 1"),
        ({"eta": True}, "number"),
        ({"steps": 2.5}, "1 to 500"),
        ({"whole": "yes"}, "true or false"),
        ({"prompts": ["x"]}, "table"),
        ({"negative": 3}, "a text"),
        ({"dtype": "fp8"}, "one of"),
    ],
)
def test_wrong_options_are_named(given: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        options_of(given, "mine")
    assert "mine" in str(caught.value)


def test_options() -> None:
    assert options_of({}, "x") == Options()
    assert options_of({"eta": 0, "whole": True, "steps": 9}, "x") == Options(eta=0, whole=True, steps=9)


def test_precision() -> None:
    import torch

    known = [dtype_of("auto", device) for device in ("cpu", "mps", "cuda", "cuda:1")]
    assert known == [torch.float32, torch.float32, torch.float16, torch.float16]
    assert dtype_of("bf16", "cpu") == torch.bfloat16
