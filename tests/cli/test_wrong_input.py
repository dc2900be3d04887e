"""Whatever is typed wrongly gets one sentence and status 2, and leaves nothing behind."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from liveriff.cli.app import COMMANDS, main
from liveriff.errors import ModelError
from liveriff.render.offline import Studio

BROKEN = 'title = "x"\n[tempo\nbpm = 120\n'
UNKNOWN = 'title = "x"\n[tempo]\nbmp = 120\n'
TOO_FAST = 'title = "x"\n[tempo]\nbpm = 500\n'
RENDER = ("render", "--model=test-tone", "--prompt=x")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Status of the command."""
    monkeypatch.setattr(sys, "argv", ["liveriff", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


WRONG = [
    (("plai",), "Did you mean play?"),
    (("play", "--scene=hous"), "Did you mean house?"),
    (("play", "--scene={scene}"), "line 2"),
    (("play", "--set=/tempo/bmp=120"), "Did you mean /tempo/bpm?"),
    (("play", "--set=/tempo/bpm=fast"), "/tempo/bpm takes"),
    (("play", "--set=tempo=3"), "--set takes /path=value"),
    (("play", "--set=/status/beat=3"), "cannot be set"),
    (("play", "--sink=tape"), "--sink takes"),
    (("play", "--model=riffusoin"), "there is no model"),
    (("play", "--seconds=0"), "--seconds"),
    (("attach", "--end", "127.0.0.1:8080"), "takes no address"),
    (("attach", "ftp://127.0.0.1"), "is no address of a running liveriff"),
    (("attach", "127.0.0.1:9"), "needs a terminal"),
    ((*RENDER, "--bpm=0", "--out={out}"), "--bpm"),
    ((*RENDER, "--bars=3", "--out={out}"), "--bars takes one of"),
    ((*RENDER, "--key=H", "--out={out}"), "is no key"),
    ((*RENDER, "--category=drms", "--out={out}"), "Did you mean drums?"),
    ((*RENDER, "--out={missing}/a.wav"), "does not exist"),
    ((*RENDER, "--out={out}", "--spectrogram={missing}/a.png"), "does not exist"),
    ((*RENDER, "--init=nothing.wav", "--out={out}"), "--init"),
    (("render", "--out={out}"), "--prompt"),
    (("oneshot", "--model=test-tone", "--category=kik", "--out={out}"), "Did you mean kick?"),
    (("oneshot", "--model=test-tone", "--category=kick", "--count=2", "--out={out}"), "needs a folder"),
    (("doctor", "--backend=nothing"), "there is no model"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=[" ".join(arguments) for arguments, _ in WRONG])
def test_one_sentence_status_two_and_nothing_written(
    arguments: tuple[str, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    scene = tmp_path / "scene.toml"
    scene.write_text(BROKEN)
    places = {"out": str(tmp_path / "a.wav"), "missing": str(tmp_path / "missing"), "scene": str(scene)}
    assert run(monkeypatch, *(argument.format(**places) for argument in arguments)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("liveriff: ")
    assert told in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"scene.toml"}


@pytest.mark.parametrize(("text", "told"), [(BROKEN, "line 2"), (UNKNOWN, "Did you mean"), (TOO_FAST, "line 3")])
def test_a_broken_scene_is_told_with_its_line(
    text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = tmp_path / "scene.toml"
    scene.write_text(text)
    assert run(monkeypatch, "play", f"--scene={scene}") == 2
    err = capsys.readouterr().err
    assert told in err
    assert "scene.toml" in err


def test_the_command_alone_says_how_to_begin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 0
    assert "First sound: liveriff play" in capsys.readouterr().out


def test_help_names_all_commands(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--help") == 0
    out = capsys.readouterr().out
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "train"])
def test_every_command_has_help(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, name, "--help") == 0
    assert "Usage: liveriff" in capsys.readouterr().out


def test_json_is_one_object_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a.wav"
    assert run(monkeypatch, *RENDER, "--category=drums", "--bpm=132", "--bars=4", "--json", f"--out={out}") == 0
    said = capsys.readouterr()
    (file,) = json.loads(said.out)["files"]
    assert file["frames"] == round(16 * 60 / 132 * 44100)
    assert out.is_file()
    assert said.err == ""


@pytest.mark.parametrize("name", ["params", "scenes", "presets", "devices", "doctor"])
def test_lists_as_json(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run(monkeypatch, name, "--json")
    assert isinstance(json.loads(capsys.readouterr().out), dict)


def test_one_shots_that_cannot_be_made_leave_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise ModelError("The model does not load here.")

    monkeypatch.setattr(Studio, "render", fails)
    out = tmp_path / "kicks"
    assert run(monkeypatch, "oneshot", "--model=test-tone", "--category=kick", "--count=2", f"--out={out}") == 2
    assert "does not load" in capsys.readouterr().err
    assert not out.exists()
