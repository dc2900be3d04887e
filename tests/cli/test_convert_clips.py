"""Random cuts: exact places and lengths, names that tell them, the same for the same seed."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveriff.cli.app import main

RATE = 16000
NAME = re.compile(r"(.+)_clip_(\d+)_start_(\d+)_ms_duration_(\d+)_ms\.(\w+)")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["liveriff", "sample-clips", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return command


def ramp(path: Path, seconds: float = 2.0) -> Path:
    """Two channels; a sample tells where it is."""
    place = np.arange(round(seconds * RATE)) / (10 * RATE)
    soundfile.write(path, np.stack([place, -place / 2], axis=1), RATE, subtype="FLOAT")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_names_tell_what_was_cut(run: Any, tmp_path: Path) -> None:
    source = ramp(tmp_path / "a.b.wav")
    status, out, err = run(source, "--out", tmp_path / "out", "-n", 5, "--length", 300, "--seed", 4)
    assert (status, err, len(out.splitlines())) == (0, "", 5)
    whole = soundfile.read(source)[0]
    for number, name in enumerate(names(tmp_path / "out")):
        match = NAME.fullmatch(name)
        assert match
        stem, at, start, length, suffix = match.groups()
        assert (stem, int(at), int(length), suffix) == ("a.b", number, 300, "wav")
        clip = soundfile.read(tmp_path / "out" / name)[0]
        first = int(start) * RATE // 1000
        assert clip.shape == (4800, 2)
        assert np.abs(clip - whole[first : first + 4800]).max() < 2**-22
    assert len({NAME.fullmatch(name)[3] for name in names(tmp_path / "out")}) > 1  # type: ignore[index]


def test_the_seed_decides_and_other_files_do_not(run: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    ramp(tmp_path / "in" / "b.wav")
    run(tmp_path / "in", "--out", tmp_path / "one", "--length", 200, "--seed", 7)
    ramp(tmp_path / "in" / "a.wav")
    run(tmp_path / "in", "--out", tmp_path / "two", "--length", 200, "--seed", 7, "--workers", 2)
    run(tmp_path / "in", "--out", tmp_path / "three", "--length", 200, "--seed", 8)
    assert set(names(tmp_path / "one")) < set(names(tmp_path / "two"))
    assert not set(names(tmp_path / "one")) & set(names(tmp_path / "three"))


def test_a_drawn_seed_is_told_and_can_be_given(run: Any, tmp_path: Path) -> None:
    source = ramp(tmp_path / "a.wav")
    _, out, _ = run(source, "--out", tmp_path / "one", "--length", 100, "-n", 3, "--json")
    seeds = {each["seed"] for each in json.loads(out)["files"]}
    assert len(seeds) == 1
    run(source, "--out", tmp_path / "two", "--length", 100, "-n", 3, "--seed", seeds.pop())
    assert names(tmp_path / "one") == names(tmp_path / "two")


def test_mono_format_and_glob(run: Any, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    ramp(tmp_path / "in" / "deep" / "a.wav")
    ramp(tmp_path / "in" / "b.wav")
    run(tmp_path / "in", "--glob", "**/a*", "--out", tmp_path / "out", "--length", 100, "--mono", "--format", "flac")
    (name,) = names(tmp_path / "out")
    assert name.startswith("a_clip_0_")
    clip = soundfile.read(tmp_path / "out" / name, always_2d=True)[0]
    start = int(NAME.fullmatch(name)[3])  # type: ignore[index]
    assert clip.shape == (1600, 1)
    assert clip[0, 0] == pytest.approx(start / 1000 / 10 / 4, abs=1e-5)


def test_the_whole_sound_is_one_clip(run: Any, tmp_path: Path) -> None:
    run(ramp(tmp_path / "a.wav"), "--out", tmp_path / "out", "--length", 2000, "-n", 2)
    assert [NAME.fullmatch(name)[3] for name in names(tmp_path / "out")] == ["0", "0"]  # type: ignore[index]


def test_what_is_too_short_is_told(run: Any, tmp_path: Path) -> None:
    source = ramp(tmp_path / "a.wav")
    status, _, err = run(source, "--out", tmp_path / "out")
    assert (status, err.count("\n")) == (2, 1)
    assert "a.wav lasts 2.000 s; too short for clips of 5.12 s" in err
    assert not (tmp_path / "out").exists()
    ramp(tmp_path / "b.wav", 6.0)
    status, _, err = run(tmp_path, "--out", tmp_path / "out")
    assert status == 2
    assert "1 of 2 files" in err
    assert len(names(tmp_path / "out")) == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--out={tmp}/no/out",), "does not exist"),
        (("--out={tmp}/a.wav",), "need a folder"),
        (("--out={tmp}/out", "--length=0"), "--length"),
        (("--out={tmp}/out", "--seed=-2"), "--seed"),
        (("--out={tmp}/out", "--format=wave"), "Did you mean wav?"),
    ],
)
def test_what_is_typed_wrongly(options: tuple[str, ...], told: str, run: Any, tmp_path: Path) -> None:
    source = ramp(tmp_path / "a.wav")
    status, _, err = run(source, *(option.format(tmp=tmp_path) for option in options))
    assert status == 2
    assert told in err
    assert names(tmp_path) == ["a.wav"]
