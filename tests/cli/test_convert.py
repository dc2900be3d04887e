"""Pictures to sound and back from the command line, one or a folder, and what is typed wrongly."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from liveriff.errors import DeviceError
from liveriff.render.spectrogram.exif import DEFAULTS, Parameters
from liveriff.render.spectrogram.images import encoded, opened, parameters_of, pixels_of

RATE = 44100


def tone(path: Path, seconds: float = 0.64, rate: int = RATE, channels: int = 1, level: float = 0.3) -> Path:
    time = np.arange(round(seconds * rate)) / rate
    wave = np.stack([level * np.sin(2 * np.pi * 440 * (k + 1) * time) for k in range(channels)], axis=1)
    soundfile.write(path, wave, rate)
    return path


def picture(path: Path, columns: int = 20, rows: int = 512, made: Parameters | None = DEFAULTS) -> Path:
    pixels = np.full((rows, columns, 3), 255, np.uint8)
    pixels[rows // 2] = 60
    if made:
        path.write_bytes(encoded(pixels, made))
    else:
        Image.fromarray(pixels).save(path)
    return path


# --- one file --------------------------------------------------------------------------------------------------------


def test_there_and_back(run: Any, tmp_path: Path) -> None:
    source = tone(tmp_path / "a.wav")
    assert run("audio-to-image", source, "--out", tmp_path / "a.png", "--loop")[0] == 0
    image = opened(tmp_path / "a.png")
    assert image.size == (64, 512)
    assert parameters_of(image).rate == RATE
    status, out, err = run("image-to-audio", tmp_path / "a.png", "--out", tmp_path / "b.flac")
    assert (status, err) == (0, "")
    assert out.endswith(f"{tmp_path}/b.flac: 28224 frames, 0.640 s, peak {out[-5:-1]}\n")
    before, after = soundfile.read(source)[0], soundfile.read(tmp_path / "b.flac")[0]
    assert len(after) == len(before)
    assert after.std() == pytest.approx(before.std(), rel=0.15)


def test_a_single_sound_keeps_its_own_rate_and_several_get_one(run: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = tone(tmp_path / "in" / "a.wav", rate=32000)
    tone(tmp_path / "in" / "b.wav", rate=48000)
    run("audio-to-image", source, "--out", tmp_path / "own.png")
    run("audio-to-image", source, "--out", tmp_path / "asked.png", "--rate", 24000)
    run("audio-to-image", tmp_path / "in", "--out", tmp_path / "out")
    assert parameters_of(opened(tmp_path / "own.png")).rate == 32000
    assert parameters_of(opened(tmp_path / "asked.png")).rate == 24000
    for name in "ab":
        image = opened(tmp_path / "out" / f"{name}.png")
        assert parameters_of(image).rate == RATE
        assert image.size == (65, 512)


def test_options_reach_the_picture(run: Any, tmp_path: Path) -> None:
    source = tone(tmp_path / "a.wav", channels=2)
    shape = ("--step=20", "--window=80", "--padded=160", "--n-mels=64", "--f-min=50", "--f-max=8000", "--power=0.5")
    assert run("audio-to-image", source, "--out", tmp_path / "a.jpg", *shape, "--stereo")[0] == 0
    image = opened(tmp_path / "a.jpg")
    made = parameters_of(image)
    assert image.format == "JPEG"
    assert image.size == (33, 64)
    assert made == Parameters(RATE, True, 20, 80, 160, 64, 50, 8000, 0.5, made.max_value)
    assert run("audio-to-image", source, "--out", tmp_path / "b.png", "--20k", "--f-max=16000")[0] == 0
    wide = parameters_of(opened(tmp_path / "b.png"))
    assert (wide.stereo, wide.f_min, wide.f_max) == (True, 10, 16000)
    assert not pixels_of(opened(tmp_path / "b.png"))[..., 0].any()


def test_the_older_encoding_both_ways(run: Any, tmp_path: Path) -> None:
    source = tone(tmp_path / "a.wav", level=0.05)
    run("audio-to-image", source, "--out", tmp_path / "a.png", "--max-volume=50", "--loop")
    plain = tmp_path / "plain.png"
    Image.fromarray(pixels_of(opened(tmp_path / "a.png"))).save(plain)
    status, _, err = run("image-to-audio", plain, "--out", tmp_path / "b.wav", "--max-volume=50")
    assert status == 0
    assert "plain.png does not say how it was made" in err
    assert soundfile.read(tmp_path / "b.wav")[0].std() == pytest.approx(soundfile.read(source)[0].std(), rel=0.15)


def test_lengths_rates_and_levels(run: Any, tmp_path: Path) -> None:
    source = picture(tmp_path / "a.png", 32)
    told = {}
    for name, options in {
        "loop": (),
        "original": ("--original-length",),
        "rate": ("--rate=48000",),
        "riffusion": ("--level=riffusion",),
        "gain": ("--gain=-6",),
        "seed": ("--seed=5",),
    }.items():
        status, out, err = run("image-to-audio", source, "--out", tmp_path / f"{name}.wav", "--json", *options)
        assert (status, err) == (0, "")
        (told[name],) = json.loads(out)["files"]
    assert [told[name]["frames"] for name in ("loop", "original", "rate")] == [32 * 441, 31 * 441, 32 * 480]
    assert told["riffusion"]["peak"] == pytest.approx(10 ** (-0.1 / 20), abs=1e-3)
    assert told["gain"]["peak"] == pytest.approx(told["loop"]["peak"] * 10**-0.3, rel=1e-3)
    assert (tmp_path / "seed.wav").read_bytes() != (tmp_path / "loop.wav").read_bytes()
    assert told["loop"]["parameters"] == "exif"


def test_exif_is_overruled_by_options(run: Any, tmp_path: Path) -> None:
    source = picture(tmp_path / "a.png", 20, made=Parameters(rate=22050, step_ms=20))
    _, out, _ = run("image-to-audio", source, "--out", tmp_path / "a.wav", "--json")
    assert json.loads(out)["files"][0]["frames"] == 20 * 441
    _, out, _ = run("image-to-audio", source, "--out", tmp_path / "a.wav", "--json", "--step=10", "--stereo")
    (file,) = json.loads(out)["files"]
    assert (file["frames"], file["channels"], file["rate"]) == (20 * 220, 2, 22050)


# --- folders ---------------------------------------------------------------------------------------------------------


def test_a_folder_of_pictures(run: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png", "c.png"):
        picture(tmp_path / "in" / name)
    picture(tmp_path / "in" / "d.png", made=None)
    Image.new("L", (20, 512), 200).save(tmp_path / "in" / "a.jpg")
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    (tmp_path / "in" / ".hidden.png").write_text("no picture")
    status, out, err = run(
        "image-to-audio", tmp_path / "in", "--out", tmp_path / "out", "--format", "ogg", "--workers", 3
    )
    assert status == 0
    names = ["a-2.ogg", "a.ogg", "b.ogg", "c.ogg", "d.ogg"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert [Path(line.partition(":")[0]).name for line in out.splitlines()] == ["a.ogg", "a-2.ogg", *names[2:]]
    assert err.count("\n") == 1
    assert "2 pictures" in err
    run("image-to-audio", tmp_path / "in", "--out", tmp_path / "two", "--limit", 2, "--glob", "*.png")
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == ["a.wav", "b.wav"]


def test_one_bad_file_does_not_keep_the_others(run: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    picture(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "b.png").write_text("no picture")
    picture(tmp_path / "in" / "c.png", rows=256)
    status, out, err = run("image-to-audio", tmp_path / "in", "--out", tmp_path / "out", "--json")
    assert status == 2
    told = json.loads(out)
    assert [Path(each["file"]).name for each in told["files"]] == ["a.wav"]
    assert [Path(each["from"]).name for each in told["failed"]] == ["b.png", "c.png"]
    assert err == "liveriff: 2 of 3 files could not be converted.\n"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.wav"]
    status, _, err = run("image-to-audio", tmp_path / "in", "--out", tmp_path / "out")
    assert status == 2
    assert len(err.splitlines()) == 3
    assert "--n-mels 256" in err


def test_the_workers_do_not_change_the_sound(run: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in "abc":
        picture(tmp_path / "in" / f"{name}.png", 30)
    for workers in (1, 3):
        run("image-to-audio", tmp_path / "in", "--out", tmp_path / str(workers), "--workers", workers)
    for name in "abc":
        one, three = ((tmp_path / folder / f"{name}.wav").read_bytes() for folder in "13")
        assert one == three


def test_a_full_disk_ends_it_at_once(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DeviceError("the disk is full.")

    (tmp_path / "in").mkdir()
    for name in "abc":
        picture(tmp_path / "in" / f"{name}.png")
    monkeypatch.setattr("liveriff.render.soundfiles.write_whole", full)
    assert run("image-to-audio", tmp_path / "in", "--out", tmp_path / "out") == (2, "", "liveriff: the disk is full.\n")


def test_a_terminal_sees_how_far_it_is(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    for name in "ab":
        picture(tmp_path / "in" / f"{name}.png")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    status, out, err = run("image-to-audio", tmp_path / "in", "--out", tmp_path / "out")
    assert (status, len(out.splitlines())) == (0, 2)
    assert "100%" in err


# --- what is typed wrongly -------------------------------------------------------------------------------------------

TO_SOUND = ("image-to-audio",)
TO_PICTURE = ("audio-to-image",)
WRONG = [
    ((*TO_SOUND, "{png}"), "--out"),
    ((*TO_SOUND, "{no}/a.png", "--out={out}.wav"), "there is no file or folder"),
    ((*TO_SOUND, "{wav}", "--out={out}.wav"), "cannot be read as a picture"),
    ((*TO_SOUND, "{small}", "--out={out}.wav"), "256 pixels high"),
    ((*TO_SOUND, "{odd}", "--out={out}.wav"), "odd.png: --step must lie between"),
    ((*TO_SOUND, "{png}", "--out={out}.txt"), ".txt is none of wav"),
    ((*TO_SOUND, "{png}", "--out={no}/a.wav"), "does not exist"),
    ((*TO_SOUND, "{png}", "--out={no}/a/b"), "does not exist"),
    ((*TO_SOUND, "{png}", "--out={png}/b"), "cannot write into"),
    ((*TO_SOUND, "{png}", "{small}", "--out={out}.wav"), "several files need a folder"),
    ((*TO_SOUND, "{empty}", "--out={out}"), "nothing to convert"),
    ((*TO_SOUND, "{png}", "--out={out}", "--format=wave"), "Did you mean wav?"),
    ((*TO_SOUND, "{png}", "--out={out}.wav", "--level=riffusion", "--gain=3"), "--gain goes with --level fixed"),
    ((*TO_SOUND, "{png}", "--out={out}.wav", "--power=0"), "--power must lie"),
    ((*TO_SOUND, "{empty}", "--glob=", "--out={out}"), "--glob"),
    ((*TO_PICTURE, "{wav}", "--out={wav}"), ".wav is none of png"),
    ((*TO_PICTURE, "{png}", "--out={png}"), "would overwrite a source"),
    ((*TO_PICTURE, "{png}", "--out={out}.png"), "cannot be read as sound"),
    ((*TO_PICTURE, "{silent}", "--out={out}.png"), "has no sound in it"),
    ((*TO_PICTURE, "{short}", "--out={out}.png"), "short.wav lasts 0.020 s"),
    ((*TO_PICTURE, "{wav}", "--out={out}.png", "--f-max=30000"), "above half the rate"),
    ((*TO_PICTURE, "{wav}", "--out={out}.png", "--step=90"), "at most half"),
    ((*TO_PICTURE, "{wav}", "--out={out}", "--format=gif"), "--format takes one of png"),
    (("print-exif", "{wav}"), "cannot be read as a picture"),
    (("print-exif", "{no}/a.png"), "there is no picture"),
]


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """Sources of every kind, by the names in ``WRONG``."""
    (tmp_path / "empty").mkdir()
    soundfile.write(tmp_path / "silent.wav", np.zeros((0, 1)), RATE)
    made = {
        "png": picture(tmp_path / "a.png"),
        "small": picture(tmp_path / "small.png", rows=256),
        "odd": picture(tmp_path / "odd.png", made=Parameters(step_ms=0)),
        "wav": tone(tmp_path / "a.wav"),
        "short": tone(tmp_path / "short.wav", 0.02),
        "silent": tmp_path / "silent.wav",
        "empty": tmp_path / "empty",
        "no": tmp_path / "no",
        "out": tmp_path / "out",
    }
    return {name: str(path) for name, path in made.items()}


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=[" ".join(arguments) for arguments, _ in WRONG])
def test_one_sentence_and_nothing_written(
    arguments: tuple[str, ...], told: str, run: Any, places: dict[str, str], tmp_path: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    status, out, err = run(*(argument.format(**places) for argument in arguments))
    assert (status, out) == (2, "")
    assert err.startswith("liveriff: ")
    assert told in err
    assert len(err.splitlines()) == 1
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


# --- print-exif ------------------------------------------------------------------------------------------------------


def test_exif_is_printed(run: Any, tmp_path: Path) -> None:
    source = picture(tmp_path / "a.png", made=Parameters(f_min=10, max_value=1234567.5))
    status, out, _ = run("print-exif", source, "--json")
    (told,) = json.loads(out)["files"]
    assert status == 0
    assert told["tags"]["rate"] == 44100
    assert told["missing"] == []
    _, out, _ = run("print-exif", source)
    lines = [line.split() for line in out.splitlines()]
    assert ["11050", "f_min", "10"] in lines
    assert ["11080", "max_value", "1234567.5"] in lines


def test_missing_exif_is_said(run: Any, tmp_path: Path) -> None:
    nothing = picture(tmp_path / "a.png", made=None)
    status, out, _ = run("print-exif", nothing)
    assert status == 0
    assert "says nothing of how it was made" in out
    image = Image.new("L", (4, 4))
    exif = image.getexif()
    exif[11000] = 44100
    image.save(tmp_path / "b.png", exif=exif)
    _, out, _ = run("print-exif", tmp_path / "b.png")
    assert "without stereo, step_ms" in out
