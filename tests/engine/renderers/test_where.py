"""Where to render, as it is written on a command line and in a scene."""

from __future__ import annotations

from pathlib import Path

import pytest

from liveriff.engine.renderers.where import Where, in_scene, parse
from liveriff.engine.scenes import load_scene
from liveriff.engine.scenes_write import dump
from liveriff.errors import UsageError

HERE, TWO = Where(), Where("here", 2)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", HERE),
        ("here", HERE),
        ("pool:2", TWO),
        ("ray:local", Where("ray", None, "local")),
        ("ray:local:3", Where("ray", 3, "local")),
        ("ray://stage.example:10001", Where("ray", None, "ray://stage.example:10001")),
        ("ray://10.0.0.7:10001/4", Where("ray", 4, "ray://10.0.0.7:10001")),
        ("ray://[fe80::1]:10001", Where("ray", None, "ray://[fe80::1]:10001")),
    ],
)
def test_what_can_be_asked_for(text: str, where: Where) -> None:
    assert parse(text) == where


@pytest.mark.parametrize(
    "text",
    ["pool", "pool:0", "pool:65", "pool:-1", "ray", "ray://", "ray://host", "ray://host:0", "ray://host:70000",
     "ray://host:1/0", "ray://ho st:1", "ray:local:0", "ray:far", "http://host:1", "pool:99999"],
)  # fmt: skip
def test_what_cannot_is_one_sentence(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    with pytest.raises(UsageError, match=r"^--render [^\n]*\.$"):
        parse(text)


def test_a_cluster_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "ray://stage:10001/2")
    assert parse("ray") == Where("ray", 2, "ray://stage:10001")
    monkeypatch.setenv("RAY_ADDRESS", "auto")
    with pytest.raises(UsageError, match="RAY_ADDRESS"):
        parse("ray")


@pytest.mark.parametrize("text", ["ray://evil.example:10001", 2, ["pool:2"], "pool:0", "elsewhere"])
def test_a_scene_cannot_name_a_machine(text: object) -> None:
    with pytest.raises(UsageError):
        in_scene(text)


def test_a_scene_says_which_renderers_it_wants_and_keeps_it(tmp_path: Path) -> None:
    file = tmp_path / "wide.toml"
    file.write_text('title = "Wide"\nrender = "pool:2"\n[tempo]\nbpm = 120\n')
    scene = load_scene(str(file))
    assert scene.render == "pool:2"
    file.write_text(dump(scene))
    assert load_scene(str(file)).render == "pool:2"
    file.write_text('title = "Far"\nrender = "ray://evil.example:10001"\n')
    with pytest.raises(UsageError, match="line 2, column 1"):
        load_scene(str(file))


def test_a_scene_that_wants_a_cluster_can_be_read_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    assert in_scene("ray") == "ray"


@pytest.mark.parametrize(
    ("where", "words"),
    [(HERE, "this machine"), (parse("ray:local"), "the local Ray cluster"), (parse("ray://a:1/2"), "ray://a:1")],
)
def test_in_words(where: Where, words: str) -> None:
    assert str(where) == words
