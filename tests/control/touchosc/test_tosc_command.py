"""`liveriff tosc`: one file, whole or not at all, and one sentence for what is wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import py2tosc
import pytest

from liveriff.cli import app

SCENE = """title = "Tiny"
[bank]
drums = ["one", "two"]
[deck.2]
category = "drums"
"""


@pytest.fixture(autouse=True)
def _listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.COMMANDS, "tosc", ("liveriff.cli.tosc", "tosc", "Make a TouchOSC layout."))


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Status of the command."""
    monkeypatch.setattr(sys, "argv", ["liveriff", "tosc", *arguments])
    with pytest.raises(SystemExit) as left:
        app.main()
    return int(left.value.code or 0)


def test_a_layout_lands_where_it_is_asked_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "house.tosc"
    assert run(monkeypatch, f"--out={out}") == 0
    assert py2tosc.load(out).validate() == []
    said = capsys.readouterr()
    assert "8000" in said.out
    assert "9000" in said.out
    assert said.err == ""
    assert [file.name for file in tmp_path.iterdir()] == ["house.tosc"]


def test_a_scene_of_ones_own_gives_its_prompts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene, out = tmp_path / "tiny.toml", tmp_path / "tiny.tosc"
    scene.write_text(SCENE)
    assert run(monkeypatch, f"--out={out}", f"--scene={scene}", "--decks=2", "--size=phone", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["title"], told["decks"]) == (str(out), "liveriff Tiny", [2])
    document = py2tosc.load(out)
    assert document.root.frame == (0, 0, 414, 896)
    constants = {p.value for c in document.walk() for m in c.messages for p in m.arguments if str(p.type) == "CONSTANT"}
    assert {"one", "two", "ambient"} <= constants


def test_pictures_come_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run(monkeypatch, f"--out={tmp_path / 'a.tosc'}", f"--pictures={tmp_path}") == 0
    assert sorted(file.name for file in tmp_path.glob("*.svg")) == [
        "a-capture.svg", "a-decks.svg", "a-mixer.svg", "a-moves.svg", "a-pads.svg", "a-prompts.svg", "a-status.svg",
    ]  # fmt: skip


WRONG = [
    (("--out={dir}/no/x.tosc",), "does not exist"),
    (("--out={dir}",), "is a folder"),
    (("--out={dir}/x.tosc", "--decks=5"), "--decks takes"),
    (("--out={dir}/x.tosc", "--decks=1,1"), "each once"),
    (("--out={dir}/x.tosc", "--decks="), "--decks takes"),
    (("--out={dir}/x.tosc", "--size=watch"), "'tablet', 'phone'"),
    (("--out={dir}/x.tosc", "--scene=hous"), "Did you mean house?"),
    (("--out={dir}/x.tosc", "--pictures={dir}/no"), "does not exist"),
    ((), "--out"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_what_is_wrong_is_said_in_one_sentence_and_nothing_is_left(
    arguments: tuple[str, ...],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, *(argument.format(dir=tmp_path) for argument in arguments)) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []
