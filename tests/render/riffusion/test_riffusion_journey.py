"""Rows of loops: alphas, joints, pictures that can be read again, and the command."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from liveriff.cli.app import main
from liveriff.errors import UsageError
from liveriff.render.backend import Canvas
from liveriff.render.riffusion.canvas import canvas_of
from liveriff.render.riffusion.journey import FADE_S, alphas_of, joined, picture_file
from liveriff.render.riffusion.sources import picture
from liveriff.render.spectrogram import RIFFUSION, RIFFUSION_20K
from liveriff.render.spectrogram.images import opened, parameters_of


def test_alphas_are_even_or_bent_about_the_middle() -> None:
    assert alphas_of(5) == pytest.approx((0.0, 0.25, 0.5, 0.75, 1.0))
    assert alphas_of(5, 2.0) == pytest.approx((0.0, 0.375, 0.5, 0.625, 1.0))
    assert alphas_of(5, 0.5)[1] < 0.25
    for wrong in ((1, 1.0), (3, 0.0)):
        with pytest.raises(UsageError):
            alphas_of(*wrong)


def test_joints_are_exact_in_length_and_without_a_step() -> None:
    rate, frames = 8000, 4000
    time = np.arange(frames) / rate
    loops = [np.stack([np.sin(2 * np.pi * hz * time)] * 2, 1).astype(np.float32) for hz in (100.0, 220.0, 300.0)]
    whole = joined(loops, rate)
    assert whole.shape == (3 * frames, 2)
    assert np.abs(np.diff(whole[:, 0])).max() < 2 * np.pi * 330 / rate
    fade = round(FADE_S * rate)
    assert np.array_equal(whole[frames + fade : 2 * frames], loops[1][fade:])
    assert np.array_equal(joined(loops[:1], rate), loops[0])


@pytest.mark.parametrize("layout", [RIFFUSION, RIFFUSION_20K], ids=["mono", "stereo"])
def test_pictures_are_read_again(tmp_path: Path, layout) -> None:  # type: ignore[no-untyped-def]
    values = np.random.default_rng(0).uniform(0, 1, (layout.channels, 512, 64)).astype(np.float32)
    path = tmp_path / "a.png"
    path.write_bytes(picture_file(Canvas(values), layout, 0.5))
    found = canvas_of(picture(str(path), 64)[0], layout)
    assert float((found - torch.from_numpy(values)).abs().max()) < 1.01 / 255
    told = parameters_of(opened(path))
    assert told is not None
    assert told.stereo == (layout.channels == 2)
    assert told.f_max == layout.high_hz
    assert told.step_ms == pytest.approx(500 / 64, rel=1e-3)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["liveriff", "interpolate", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_the_command_renders_a_row(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "row"
    about = ("--prompt=techno", "--prompt-b=piano", "--seed-b=2", "--negative-b=jazz", "--guidance-b=3", "--steps=2")
    assert (
        run(monkeypatch, *about, "--points=3", "--bars=1", f"--model=riffusion:{folder}", f"--out={out}", "--json") == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert [each["alpha"] for each in told["files"]] == [0.0, 0.5, 1.0]
    names = ["01-alpha-0.000", "02-alpha-0.500", "03-alpha-1.000"]
    assert sorted(path.name for path in out.iterdir()) == sorted(
        [f"{name}.{suffix}" for name in names for suffix in ("png", "wav")] + ["joined.wav"]
    )
    whole, rate = soundfile.read(out / "joined.wav")
    assert (len(whole), rate) == (3 * 112896, 44100)
    first, last = (soundfile.read(out / f"{name}.wav")[0] for name in (names[0], names[2]))
    assert np.abs(first - last).max() > 0.01


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--model=test-tone",), "no Riffusion checkpoint"),
        (("--init=nothing.png",), "no file nothing.png"),
        (("--category=drms",), "use one of"),
        (("--points=1",), "--points"),
        (("--out={file}",), "it is a file"),
    ],
)
def test_wrong_input_is_one_sentence(
    arguments: tuple[str, ...],
    told: str,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("x")
    usual = ("--prompt=x", f"--model=riffusion:{folder}", f"--out={tmp_path / 'row'}")
    given = [each.format(file=tmp_path / "file") for each in arguments]
    assert run(monkeypatch, *usual, *given) == 2
    assert told in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
