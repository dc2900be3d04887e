"""`inpaint`, `extend` and `vary` with pipelines of diffusers, and options of one kind of model given to another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from liveriff.render.libraries import quiet
from liveriff.render.specimens import make
from tests.render.riffusion.tiny import save

torch.set_num_threads(1)
RATE = 11025


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with quiet():
        return make("stable-audio-3", tmp_path_factory.mktemp("mend") / "third")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    time = np.arange(RATE) / RATE
    wave = 0.4 * np.stack([np.sin(2 * np.pi * hz * time) for hz in (200.0, 300.0)], axis=1)
    soundfile.write(tmp_path / "a.wav", wave, RATE, subtype="PCM_24")
    return tmp_path / "a.wav"


def samples(path: Path) -> Any:
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


def test_a_part_is_made_anew_and_the_rest_stays(run: Any, tmp_path: Path, folder: Path, source: Path) -> None:
    command = ("inpaint", source, "--from", 0.4, "--to", 0.6, "--model", f"pipelines:{folder}", "--steps", 2)
    status, said, error = run(*command, "--prompt", "rim shot", "--out", "b.wav", "--json")
    assert (status, error) == (0, "")
    assert json.loads(said)["files"][0]["frames"] == RATE
    was, now = samples(source), samples(tmp_path / "b.wav")
    first, last = round(0.4 * RATE), round(0.6 * RATE)
    assert np.array_equal(np.delete(now, slice(first, last), axis=0), np.delete(was, slice(first, last), axis=0))
    assert np.abs(now - was)[first + 100 : last - 100].max() > 0.01
    assert run(*command, "--prompt", "tambourine", "--out", "c.wav")[0] == 0
    assert not np.array_equal(samples(tmp_path / "c.wav"), now)


def test_a_sound_goes_on_for_bars_or_seconds(run: Any, tmp_path: Path, folder: Path, source: Path) -> None:
    model = ("--model", f"pipelines:{folder}", "--steps", 2)
    status, _, error = run("extend", source, *model, "--bpm", 120, "--bars", 1, "--out", "b.wav")
    assert (status, error) == (0, "")
    longer = samples(tmp_path / "b.wav")
    assert len(longer) == 4 * RATE  # the bar in which it ends, and one more
    assert np.array_equal(longer[:RATE], samples(source))
    assert run("extend", source, *model, "--seconds", 0.5, "--only-new", "--out", "c.wav")[0] == 0
    assert len(samples(tmp_path / "c.wav")) == round(0.5 * RATE)


def test_variations_are_told_in_words(run: Any, tmp_path: Path, folder: Path, source: Path) -> None:
    command = ("vary", source, "--strength", 0.6, "--model", f"pipelines:{folder}", "--steps", 2)
    for name, prompt in (("b", "gong"), ("c", "bird")):
        assert run(*command, "--prompt", prompt, "--out", f"{name}.wav")[0] == 0
    assert not np.array_equal(samples(tmp_path / "b.wav"), samples(tmp_path / "c.wav"))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("inpaint", "--from", 0.1, "--to", 0.2, "--method", "guide"), "--method is for Dance Diffusion"),
        (("inpaint", "--from", 0.1, "--to", 0.2, "--eta", 1), "--eta is for Dance Diffusion"),
        (("inpaint", "--from", 0.1, "--to", 0.2, "--negative", "hiss"), "does not listen to --negative"),
        (("inpaint", "--from", 2, "--to", 3), "is no part of a sound of 1.000 s"),
        (("extend", "--scale", 3), "--scale is for Dance Diffusion"),
        (("extend", "--bars", 2), "--bars goes with --bpm"),
        (("vary", "--strength", 0.5, "--mix", 0.5), "--mix is for Riffusion checkpoints"),
        (("vary", "--strength", 0.5, "--guidance", 3), "does not listen to --guidance"),
    ],
)
def test_what_a_pipeline_does_not_know(
    run: Any, tmp_path: Path, folder: Path, source: Path, command: tuple[object, ...], told: str
) -> None:
    status, _, error = run(command[0], source, *command[1:], "--model", f"pipelines:{folder}", "--out", "b.wav")
    assert status == 2
    assert told in error
    assert error.count("\n") == 1
    assert not (tmp_path / "b.wav").exists()


def test_what_is_dance_diffusions_is_not_riffusions(run: Any, tmp_path: Path, source: Path) -> None:
    model = f"riffusion:{save(tmp_path / 'tiny')}"
    for option, value in (("--method", "guide"), ("--scale", 3)):
        status, _, error = run("extend", source, "--model", model, option, value, "--out", "b.wav")
        assert status == 2
        assert f"{option} is for Dance Diffusion" in error
    status, _, error = run("inpaint", source, "--from", 0.1, "--to", 0.2, "--model", model, "--out", "b.wav")
    assert status == 2
    assert "cannot do this" in error or "is for Riffusion" in error
