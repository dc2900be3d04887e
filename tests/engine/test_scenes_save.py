"""Saving what is set now, by hand and by itself: into one's own folder, whole, and never over what ships."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from liveriff.engine import autosave
from liveriff.engine.autosave import Autosave, folder, newest, offer
from liveriff.engine.scenes import apply, load_scene
from liveriff.engine.scenes_presets import load_preset
from liveriff.engine.scenes_save import Keeping, place_for
from liveriff.errors import UsageError
from liveriff.params.registry import Registry


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """House plays; the performer's folders are empty."""
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    scene, said = load_scene("house"), []
    made = SimpleNamespace(registry=Registry(), scene=scene, bindings=scene.bindings, said=said, notice=said.append)
    apply(scene, made.registry)
    made.player, made.time = SimpleNamespace(pid=None), SimpleNamespace(running=False)
    made.tally = SimpleNamespace(first_sound_s=None)
    made.keeping = Keeping(made)  # type: ignore[arg-type]
    return made


def test_what_is_set_is_saved_as_a_scene_with_its_prompts(stage: Any, tmp_path: Path) -> None:
    stage.registry.set("/deck/2/pan", 0.25, "hand")
    stage.registry.set("/tempo/bpm", 127.5, "hand")
    stage.registry.set("/scene/save", "My  night", "osc")
    saved = load_scene("My night")
    assert saved.source == tmp_path / "scenes" / "My night.toml"
    assert saved.complete() == {**stage.scene.complete(), "/deck/2/pan": 0.25, "/tempo/bpm": 127.5} | {
        path: value for path, value in saved.complete().items() if path not in stage.scene.complete()
    }
    assert saved.bank == stage.scene.bank
    assert stage.said == ["The scene is saved as My night."]
    assert stage.registry.get("/scene/save") == "", "it can be asked for again"
    stage.registry.set("/scene/save", "My night", "osc")
    assert len(stage.said) == 2


def test_a_shipped_scene_is_not_hidden_by_one_of_the_same_name(stage: Any, tmp_path: Path) -> None:
    stage.registry.set("/scene/save", "house", "osc")
    assert stage.said == ["The scene is saved as house 2."]
    assert [path.name for path in (tmp_path / "scenes").iterdir()] == ["house 2.toml"]


@pytest.mark.parametrize("name", ["../up", "/etc/passwd", "a/b", "C:\\x", ".hidden", "x" * 61, "dot."])
def test_what_is_no_name_is_refused_and_writes_nothing(stage: Any, tmp_path: Path, name: str) -> None:
    stage.registry.set("/scene/save", name, "osc")
    stage.registry.set("/deck/1/preset/save", name, "osc")
    assert all("is not saved" in said for said in stage.said)
    assert len(stage.said) == 2
    assert not list(tmp_path.rglob("*.toml"))
    assert stage.registry.get("/scene/save") == ""
    with pytest.raises(UsageError, match="no name"):
        place_for("scenes", name)


def test_the_sound_of_a_deck_is_saved_as_a_preset(stage: Any, tmp_path: Path) -> None:
    registry = stage.registry
    for name, value in (("prompt/a", "wub"), ("density", 0.75), ("seed", 77), ("level", -3.0), ("brightness", None)):
        registry.set(f"/deck/2/{name}", value, "hand")
    registry.set("/deck/2/preset/save", "wub", "hand")
    preset = load_preset("wub")
    assert preset.source.parent == tmp_path / "presets"
    assert preset.category == "bass"
    assert (preset.values["prompt/a"], preset.values["density"], preset.values["seed"]) == ("wub", 0.75, 77)
    assert "level" not in preset.values, "the level belongs to the scene"
    registry.set("/deck/2/preset/save", "acid", "hand")
    assert stage.said[-1] == "The sound of deck 2 is saved as preset acid 2."


def test_a_disk_that_refuses_is_told(stage: Any, tmp_path: Path) -> None:
    (tmp_path / "scenes").write_text("in the way")
    stage.registry.set("/scene/save", "mine", "osc")
    assert stage.said[0].startswith("The scene is not saved: ")


# --- by itself ----------------------------------------------------------------------------------------------------


def dead_pid() -> int:
    """Of a process that is gone."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_state_is_kept_from_the_first_sound_on_and_at_the_end(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(autosave.time, "monotonic", lambda: clock.now)
    kept = Autosave(stage)
    mine = folder() / f"{os.getpid()}.toml"
    for clock.now in (1001.0, 1999.0):
        kept.tick()
    assert not mine.exists()
    stage.time.running = True
    kept.tick()
    assert mine.exists()
    before = mine.stat().st_mtime_ns
    stage.registry.set("/tempo/bpm", 99.0, "hand")
    clock.now += autosave.EVERY_S - 1.0
    kept.tick()
    assert load_scene(str(mine)).values.get("/tempo/bpm") != 99.0
    clock.now += 2.0
    kept.tick()
    assert load_scene(str(mine)).values["/tempo/bpm"] == 99.0
    assert mine.stat().st_mtime_ns > before
    kept.close()
    assert not mine.exists()
    assert newest() == folder() / "last.toml"
    assert load_scene(str(newest())).values["/tempo/bpm"] == 99.0
    assert stage.said == []


def test_a_state_that_cannot_be_read_gives_way_to_the_one_before(stage: Any) -> None:
    Autosave(stage).close()
    cut = folder() / f"{dead_pid()}.toml"
    cut.write_bytes(b'title = "half\x00')
    said: list[str] = []
    assert newest(said.append) == folder() / "last.toml"
    assert len(said) == 1
    assert "cannot be read" in said[0]
    (folder() / "last.toml").write_bytes(b"\xff\xff")
    with pytest.raises(UsageError, match="no performance can be restored"):
        newest()


def test_drafts_of_those_who_were_killed_are_swept(stage: Any) -> None:
    folder().mkdir(parents=True)
    draft = folder() / f"x.{dead_pid()}.part"
    draft.write_text("half")
    Autosave(stage)
    assert not draft.exists()


def test_one_that_was_cut_short_is_offered_once_and_comes_first(stage: Any) -> None:
    Autosave(stage).close()
    os.utime(folder() / "last.toml", (time.time() - 900, time.time() - 900))
    cut = folder() / f"{dead_pid()}.toml"
    cut.write_text('title = "Cut"\n')
    assert newest() == cut
    again = Autosave(stage)
    again.tick()
    again.tick()
    (said,) = stage.said
    assert "liveriff play --restore" in said
    assert load_scene(str(newest())).title == "Cut"
    assert offer() == ""


def test_one_that_goes_on_with_it_is_not_told(stage: Any) -> None:
    folder().mkdir(parents=True)
    cut = folder() / f"{dead_pid()}.toml"
    cut.write_text('title = "Cut"\n')
    stage.scene = load_scene(str(newest()))
    Autosave(stage).tick()
    assert stage.said == []
    assert not cut.exists()


def test_one_that_sounded_lets_orphans_go_even_if_it_was_over_at_once(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[Path] = []
    monkeypatch.setattr(autosave.orphans, "end", lambda folder: ended.append(folder) or 1)
    Autosave(stage).close()
    assert ended == []
    stage.tally.first_sound_s = 0.5
    Autosave(stage).close()
    assert ended == [folder()]


def test_nothing_to_restore_is_said(stage: Any) -> None:
    with pytest.raises(UsageError, match="no performance to restore"):
        newest()


def test_a_state_that_cannot_be_kept_is_told_once(stage: Any, tmp_path: Path) -> None:
    (tmp_path / "autosave").write_text("in the way")
    kept = Autosave(stage)
    kept.save()
    kept.save()
    assert len(stage.said) == 1
