"""`vary` and `extend` with a Riffusion checkpoint, as typed; and what is typed wrongly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from tests.render.riffusion.tiny import save

torch.set_num_threads(1)
RATE = 16000


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"riffusion:{save(tmp_path_factory.mktemp('pictures'))}"


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    """A bar at 120: two seconds, hits on the beats."""
    time = np.arange(2 * RATE) / RATE
    sound = 0.2 * np.sin(2 * np.pi * 220 * time) + np.random.default_rng(0).normal(0, 0.1, len(time)) * np.exp(
        -(time % 0.5) * 40.0
    )
    soundfile.write(tmp_path / "a.wav", np.stack([sound, sound], axis=1), RATE, subtype="PCM_24")
    return tmp_path / "a.wav"


def samples(path: Path) -> Any:
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


def test_extend_ends_on_a_bar_line_and_keeps_the_file(run: Any, tmp_path: Path, loop: Path, model: str) -> None:
    usual = ("extend", loop, "--model", model, "--steps", 2, "--prompt", "techno", "--bpm", 120)
    status, said, _ = run(*usual, "--seed", 4, "--json")
    told = json.loads(said)["files"][0]
    assert (status, told["file"], told["frames"], told["rate"]) == (0, "a-extend-4.wav", 4 * RATE, RATE)
    assert np.array_equal(samples(tmp_path / "a-extend-4.wav")[: 2 * RATE], samples(loop))


def test_extend_without_a_tempo(run: Any, tmp_path: Path, loop: Path, model: str) -> None:
    usual = ("extend", loop, "--model", model, "--steps", 2, "--seconds", 0.7, "--only-new")
    assert run(*usual, "--out", "b.flac")[0] == 0
    assert len(samples(tmp_path / "b.flac")) == round(0.7 * RATE)


def test_vary(run: Any, tmp_path: Path, loop: Path, model: str) -> None:
    usual = ("vary", loop, "--model", model, "--steps", 4, "--bpm", 120)
    words = ("--prompt", "techno", "--prompt-b", "piano", "--negative", "jazz", "--seed-b", 9, "--mix", 0.5)
    status, said, _ = run(*usual, "--strength", 0.6, *words, "--difference", "new.wav", "--json")
    told = json.loads(said)["files"][0]
    assert (status, told["file"], told["frames"], told["difference"]) == (0, "a-vary-1.wav", 2 * RATE, "new.wav")
    made, new = samples(tmp_path / "a-vary-1.wav"), samples(tmp_path / "new.wav")
    assert made.shape == new.shape == samples(loop).shape
    assert told["peak"] == pytest.approx(float(np.abs(made).max()), abs=1e-5)
    assert np.abs(made - samples(loop)).max() > 0.05
    assert run(*usual, "--strength", 0, "--out", "same.wav")[0] == 0
    assert np.array_equal(samples(tmp_path / "same.wav"), samples(loop))


def test_vary_makes_several_of_a_part(run: Any, tmp_path: Path, loop: Path, model: str) -> None:
    part = ("--start", 0.5, "--length", 1, "--count", 2, "--out", "many")
    assert run("vary", loop, "--model", model, "--steps", 2, "--strength", 0.9, *part)[0] == 0
    one, other = (samples(tmp_path / "many" / f"a-vary-{seed}.wav") for seed in (1, 2))
    assert len(one) == len(other) == RATE
    assert np.abs(one - other).max() > 1e-3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("extend", "a.wav", "--prompt", "x"), "--prompt is for Riffusion checkpoints, and none is named"),
        (("vary", "a.wav", "--strength", 0.5, "--mix", 0.5, "--model", "test-tone"), "--mix is for Riffusion"),
        (("extend", "a.wav", "--model", "MODEL", "--bars", 2), "--bars goes with --bpm"),
        (("extend", "a.wav", "--model", "MODEL", "--sampler", "ddim"), "--sampler is for Dance Diffusion"),
        (("extend", "a.wav", "--model", "MODEL", "--category", "drms"), "use one of"),
        (("extend", "no.wav", "--model", "MODEL"), "there is no sound file no.wav"),
        (("vary", "no.wav", "--strength", 1, "--model", "MODEL"), "there is no sound file no.wav"),
        (("vary", "a.wav", "--strength", 0.5, "--model", "MODEL", "--start", 3), "lasts only 2.000 s"),
        (("vary", "a.wav", "--strength", 0.2, "--model", "MODEL", "--mix", 0.5), "must be less than 0.2"),
        (("vary", "a.wav", "--strength", 0.5, "--model", "MODEL", "--mix-until", 0.1), "--mix-until goes with --mix"),
        (("vary", "a.wav", "--strength", 0.5, "--model", "MODEL", "--out", "a.wav"), "cannot replace a.wav"),
        (("vary", "a.wav", "--strength", 0.5, "--model", "MODEL", "--out", "no/a.wav"), "the folder no does not exist"),
        (
            ("vary", "a.wav", "--strength", 1, "--model", "MODEL", "--count", 2, "--difference", "d.wav"),
            "leave --count away",
        ),
    ],
)
def test_wrong_input_is_one_sentence(
    run: Any, tmp_path: Path, loop: Path, model: str, arguments: tuple[object, ...], told: str
) -> None:
    status, said, error = run(*(model if each == "MODEL" else each for each in arguments))
    assert (status, said) == (2, "")
    assert told in error
    assert [each.name for each in tmp_path.iterdir()] == ["a.wav"]
