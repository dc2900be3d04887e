"""Batches: lines and Riffusion's own form, names, manifest, what cannot be."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile
import torch

from liveriff.cli.app import main
from liveriff.cli.batch_lines import lines_of
from liveriff.errors import UsageError
from liveriff.render.catalog import find
from liveriff.render.riffusion.backend import Riffusion
from liveriff.render.riffusion.canvas import columns_of
from liveriff.render.spectrogram.images import opened, parameters_of
from tests.render.riffusion.tiny import save

torch.set_num_threads(1)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path / "home"))

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["liveriff", "batch", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("batch"))


def wishes(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("\n\n".join(json.dumps(line) for line in lines), "utf-8")
    return path


TONE = {"model": "test-tone", "bars": 1, "category": "synth"}


def test_files_and_a_manifest(run: Any, tmp_path: Path) -> None:
    shot = {"kind": "shot", "category": "kick", "model": "test-tone", "length": 0.25, "name": "boom"}
    path = wishes(tmp_path / "w.jsonl", {**TONE, "prompt": "Café, loud!"}, {**TONE, "prompt": "café loud"}, shot)
    status, said, error = run(path, "--out", "made", "--seeds", 2, "--pictures", "--json")
    assert (status, error) == (0, "")
    told = json.loads((tmp_path / "made" / "index.json").read_text("utf-8"))
    assert json.loads(said) == told
    names = ["café-loud-1", "café-loud-2", "café-loud-1-2", "café-loud-2-2", "boom-1", "boom-2"]
    assert [each["file"] for each in told["files"]] == [f"{name}.wav" for name in names]
    assert [each["line"] for each in told["files"]] == [1, 1, 3, 3, 5, 5]
    assert [each["seed"] for each in told["files"]] == [1, 2] * 3
    for each in told["files"]:
        info = soundfile.info(tmp_path / "made" / each["file"])
        assert (info.frames, info.samplerate) == (each["frames"], each["rate"])
        parameters = parameters_of(opened(tmp_path / "made" / each["picture"]))
        assert parameters is not None
        assert parameters.rate == each["rate"]
    assert told["files"][4]["frames"] == 11025


def test_riffusions_own_form(run: Any, tmp_path: Path, folder: Path) -> None:
    whole = {
        "params": [
            {"checkpoint": str(folder), "num_inference_steps": 2, "width": 256, "name": "A"},
            {"checkpoint": str(folder), "scheduler": "DDIMScheduler", "num_inference_steps": 3, "width": 256},
        ],
        "entries": [{"prompt": "bells", "negative_prompt": "drums", "seed": 7}],
    }
    path = tmp_path / "w.json"
    path.write_text(json.dumps(whole, indent=2))
    lines = lines_of(str(path), 1)
    assert [line.name for line in lines] == ["a-bells-7", "1-bells-7"]
    assert [line.job.steps for line in lines] == [2, 3]
    assert [line.job.model.rpartition("?")[2] for line in lines] == ["scheduler=dpm++", "scheduler=ddim"]
    assert {(line.job.negative, line.job.guidance, line.job.seed, line.job.beats) for line in lines} == {
        ("drums", 7.0, 7, 4)
    }
    assert run(path, "--out", "made")[0] == 0
    assert soundfile.info(tmp_path / "made" / "a-bells-7.wav").frames == 112896  # 256 columns of 441


def test_what_fails_does_not_keep_the_others(run: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_text("no sound")
    path = wishes(tmp_path / "w.jsonl", {"init": str(broken), "steps": 1, "strength": 0.5}, TONE)
    status, _, error = run(path, "--out", "made")
    told = json.loads((tmp_path / "made" / "index.json").read_text("utf-8"))
    assert status == 2
    assert "1 of 2 could not be made" in error
    assert [each["line"] for each in told["failed"]] == [1]
    assert [each["file"] for each in told["files"]] == ["synth-1.wav"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"promt": "x"}', "there is no 'promt'. Did you mean prompt?"),
        ('{"bpm": 20}', "bpm is 40 to 240, not 20"),
        ('{"bpm": "fast"}', "bpm is a number, not 'fast'"),
        ('{"seed": true}', "seed is a whole number, not True"),
        ('{"kind": "song"}', "kind is loop or shot"),
        ('{"name": "../up"}', "name is the beginning of a file's name"),
        ('{"category": "drms"}', "Did you mean drums?"),
        ('{"model": "nobody"}', "there is no model 'nobody'"),
        ('{"entries": 3}', "entries is a list of objects"),
        ("[1]", "a line is one JSON object"),
        ("{", "a line is one JSON object"),
        ("", "there is nothing to render"),
    ],
)
def test_a_wrong_line_is_one_sentence_and_nothing_is_made(run: Any, tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "w.jsonl").write_text(f"\n{line}\n")
    status, said, error = run("w.jsonl", "--out", "made")
    assert (status, said) == (2, "")
    assert told in error
    assert error.count("\n") == 1
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("width", "beats", "cents"), [(512, 8, 9375), (256, 4, 9375), (384, 8, 12500), (640, 8, 7500), (1024, 16, 9375)]
)
def test_every_width_of_riffusion_is_a_tempo(tmp_path: Path, folder: Path, width: int, beats: int, cents: int) -> None:
    whole = {"params": {"checkpoint": str(folder), "width": width}, "entries": [{"prompt": "bells"}]}
    (tmp_path / "w.json").write_text(json.dumps(whole))
    (line,) = lines_of(str(tmp_path / "w.json"), 1)
    assert (line.job.beats, line.job.bpm_cents) == (beats, cents)
    assert line.job.frames == width * 441
    backend = find(line.job.model).create()
    assert isinstance(backend, Riffusion)
    assert columns_of(line.job, backend.options) == width


@pytest.mark.parametrize("width", [0, 100, 4096, "512", True, None, 512.5])
def test_a_width_that_is_none(tmp_path: Path, folder: Path, width: object) -> None:
    whole = {"params": {"checkpoint": str(folder), "width": width}, "entries": [{"prompt": "bells"}]}
    (tmp_path / "w.json").write_text(json.dumps(whole))
    with pytest.raises(UsageError, match="width is a whole number of columns, 128 to 2048"):
        lines_of(str(tmp_path / "w.json"), 1)


def test_names_that_differ_in_case_only_are_one_file_to_some_systems(tmp_path: Path) -> None:
    path = wishes(tmp_path / "w.jsonl", {**TONE, "name": "Loop"}, {**TONE, "name": "loop"})
    assert [line.name for line in lines_of(str(path), 1)] == ["Loop-1", "loop-1-2"]
