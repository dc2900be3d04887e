"""`render` and `oneshot` write what the file's suffix says, with the numbers that the model is good with."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveriff.cli.app import main
from liveriff.cli.render import loop_job
from liveriff.cli.render_files import check_format, write
from liveriff.errors import UsageError
from liveriff.render.testtone import INFO

LOOP = ("render", "--model=test-tone", "--prompt=x", "--bars=1")
SHOT = ("oneshot", "--model=test-tone", "--category=kick", "--length=0.2")
GIVEN: dict[str, Any] = {
    "prompt": "x", "prompt_b": "", "negative": "", "alpha": 0.0, "category": "mix", "bpm": 120.0, "key": "", "bars": 2,
    "init": "", "strength": 0.5, "seed": 1, "steps": None, "guidance": None, "density": None, "brightness": None,
    "rate": 44100,
}  # fmt: skip
BIG = replace(INFO, default_steps=25, default_guidance=7.0)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Status of the command."""
    monkeypatch.setattr(sys, "argv", ["liveriff", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.mark.parametrize("command", [LOOP, SHOT], ids=["render", "oneshot"])
@pytest.mark.parametrize(("suffix", "kind"), [("wav", "WAV"), ("flac", "FLAC"), ("OGG", "OGG"), ("mp3", "MP3")])
def test_a_file_is_of_the_format_that_its_name_says(
    command: tuple[str, ...], suffix: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / f"a.{suffix}"
    assert run(monkeypatch, *command, f"--out={out}") == 0
    assert soundfile.info(out).format == kind
    assert soundfile.info(out).channels == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((*LOOP, "--out={}/a.mpg3"), ".mpg3 is none of wav, flac"),
        ((*LOOP, "--rate=96000", "--out={}/a.mp3"), "a .mp3 file cannot hold 2 channels at 96000 Hz"),
        ((*SHOT, "--count=2", "--out={}/a.flac"), "needs a folder"),
        ((*SHOT, "--rate=96000", "--out={}/a.mp3"), "cannot hold"),
    ],
)
def test_what_cannot_be_written_is_refused_before_it_is_made(
    arguments: tuple[str, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def made(*_: object) -> None:
        raise AssertionError("it was rendered")

    monkeypatch.setattr("liveriff.render.offline.Studio.render", made)
    assert run(monkeypatch, *(each.format(tmp_path) for each in arguments)) == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_without_ffmpeg_what_only_that_writes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(UsageError, match="ffmpeg"):
        check_format("a.m4a", 44100)


def test_a_name_without_suffix_is_a_wav(tmp_path: Path) -> None:
    check_format(str(tmp_path / "a"), 44100)
    write(tmp_path / "a", np.zeros((10, 2), np.float32), 44100)
    assert soundfile.info(tmp_path / "a").format == "WAV"


def test_steps_and_guidance_are_the_models_unless_they_are_said() -> None:
    assert [getattr(loop_job(BIG, **GIVEN), name) for name in ("steps", "guidance")] == [25, 7.0]
    told = loop_job(BIG, **{**GIVEN, "steps": 3, "guidance": 2.0})
    assert (told.steps, told.guidance) == (3, 2.0)


def test_strength_is_for_models_that_start_from_a_seed_image_too() -> None:
    assert loop_job(replace(BIG, seeded=True), **GIVEN).strength == 0.5
    assert loop_job(BIG, **GIVEN).strength == 1.0
