"""Recording: new names, told when it ends, never the end of the music; presets by name; messages; readings once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from liveriff.engine import folders
from liveriff.engine.board import Board
from liveriff.engine.guard import Guard
from liveriff.engine.messages import KEPT, Messages
from liveriff.engine.presets import Presets
from liveriff.engine.recorder import Recorder
from liveriff.engine.scenes import apply, load_scene
from liveriff.engine.shelves import Shelves
from liveriff.engine.status import Lane
from liveriff.params.registry import Registry
from liveriff.wire.messages import Record, Recorded


class Desk:
    """A registry, what the player is sent, and what the performer is told."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.registry.set("/scene", "house")
        self.sent: list[object] = []
        self.said: list[str] = []
        self.recorder = Recorder(self.registry, self.sent.append, self.said.append)

    @property
    def shown(self) -> tuple[object, object]:
        return self.registry.get("/record"), self.registry.get("/status/recording")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    return Desk()


def test_a_switch_starts_and_stops_a_new_file(desk: Desk, tmp_path: Path) -> None:
    desk.registry.set("/record", True, "hand")
    (record,) = desk.sent
    assert isinstance(record, Record)
    path = Path(str(record.path))
    assert path.parent == tmp_path / "recordings"
    assert path.name.startswith("house ")
    assert desk.shown == (True, path.name)
    desk.registry.set("/record", False, "hand")
    assert desk.sent[1:] == [Record(None)]
    assert desk.shown == (False, "")
    desk.recorder.ended(Recorded(str(path), 48000))
    assert desk.said == [f"{path} is written."]


def test_a_file_named_at_the_start_is_shown_and_can_be_stopped(desk: Desk, tmp_path: Path) -> None:
    desk.recorder.begin(tmp_path / "set.wav")
    assert desk.sent == [Record(str(tmp_path / "set.wav"))]
    assert desk.shown == (True, "set.wav")
    desk.registry.set("/record", False, "hand")
    assert desk.sent[-1] == Record(None)


def test_a_disk_that_fails_is_told_and_the_switch_goes_back(desk: Desk, tmp_path: Path) -> None:
    desk.recorder.begin(tmp_path / "set.wav")
    desk.recorder.ended(Recorded(str(tmp_path / "set.wav"), 5, "set.wav could not be written: no space."))
    assert desk.said == ["set.wav could not be written: no space."]
    assert desk.shown == (False, "")
    assert desk.sent == [Record(str(tmp_path / "set.wav"))], "it is closed already"


def test_the_end_of_an_earlier_file_does_not_stop_this_one(desk: Desk, tmp_path: Path) -> None:
    desk.recorder.begin(tmp_path / "set.wav")
    desk.recorder.ended(Recorded(str(tmp_path / "earlier.wav"), 5))
    assert desk.shown == (True, "set.wav")


def test_a_folder_that_cannot_be_made_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("in the way")
    desk.registry.set("/record", True, "hand")
    assert desk.sent == []
    assert "Nothing is recorded" in desk.said[0]
    assert desk.shown == (False, "")


def test_a_new_player_goes_on_in_another_file(desk: Desk, tmp_path: Path) -> None:
    desk.recorder.begin(tmp_path / "set.wav")
    (tmp_path / "set.wav").write_bytes(b"what the dead one wrote")
    desk.recorder.player_back()
    assert (tmp_path / "set.wav").read_bytes() == b"what the dead one wrote"
    assert desk.sent[-1] == Record(str(tmp_path / "set 2.wav"))
    assert desk.shown == (True, "set 2.wav")


def test_a_file_that_is_there_is_never_written_over(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "set.wav").write_bytes(b"last night")
    desk.recorder.begin(tmp_path / "set.wav")
    assert desk.sent == [Record(str(tmp_path / "set 2.wav"))]
    assert desk.said == [f"{tmp_path / 'set.wav'} is there already: recording into set 2.wav."]


def test_format_and_stems_are_those_that_are_set(desk: Desk) -> None:
    desk.registry.set("/record/format", "flac")
    desk.registry.set("/record/stems", True)
    desk.registry.set("/record", True, "hand")
    (record,) = desk.sent
    assert isinstance(record, Record)
    assert str(record.path).endswith(".flac")
    assert record.stems
    desk.recorder.ended(Recorded(str(record.path), 5, "", ("a", "b", "c")))
    assert desk.said[-1].endswith("is written (3 files).")


def test_names_are_fit_for_every_system_and_new(tmp_path: Path) -> None:
    at = time.struct_time((2026, 11, 22, 20, 15, 3, 6, 326, 0))
    assert folders.stamped("house", ".wav", at) == "house 2026-11-22 20.15.03.wav"
    assert folders.stamped("../a:b\\c?.", ".wav", at) == "a b c 2026-11-22 20.15.03.wav"
    assert folders.stamped("", ".wav", at).startswith("liveriff 2026")
    first = tmp_path / "a.wav"
    assert folders.unused(first) == first
    first.touch()
    (tmp_path / "a 2.wav.part").touch()
    assert folders.unused(first) == tmp_path / "a 3.wav"


# --- presets ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def presets(desk: Desk) -> Desk:
    Presets(desk.registry, desk.said.append)
    return desk


def test_a_preset_is_heard_at_once_and_taken_back_as_one(presets: Desk) -> None:
    registry = presets.registry
    registry.set("/deck/2/prompt/a", "before", "hand")
    registry.set("/deck/2/preset", "acid", "hand")
    assert "acid" in str(registry.get("/deck/2/prompt/a"))
    assert registry.get("/deck/1/prompt/a") == ""
    registry.undo()
    assert registry.get("/deck/2/prompt/a") == "before"
    assert registry.get("/deck/2/preset") == "", "its sound is gone, so is its name"
    registry.set("/deck/2/preset", "acid", "hand")
    assert "acid" in str(registry.get("/deck/2/prompt/a"))


def test_an_unknown_preset_changes_nothing_and_says_so(presets: Desk) -> None:
    registry = presets.registry
    registry.set("/deck/2/preset", "acid", "hand")
    before = registry.snapshot()
    for name in ("acide", "../../etc/passwd", "/etc/hosts"):
        registry.set("/deck/2/preset", name, "hand")
        assert registry.snapshot() == before
        assert registry.get("/deck/2/preset") == "acid"
    assert "Did you mean acid?" in presets.said[0]
    assert len(presets.said) == 3


def test_a_scene_takes_the_name_away_and_a_hand_does_not(presets: Desk) -> None:
    registry = presets.registry
    registry.set("/deck/2/preset", "acid", "hand")
    registry.set("/deck/2/prompt/a", "acid, but softer", "hand")
    assert registry.get("/deck/2/preset") == "acid"
    apply(load_scene("techno"), registry)
    assert registry.get("/deck/2/preset") == ""


def test_scenes_and_presets_are_offered_by_name(desk: Desk, tmp_path: Path) -> None:
    shelves = Shelves(desk.registry)
    shelves.tick()
    assert "house" in desk.registry.offered("/scene")
    assert "acid" in desk.registry.offered("/deck/4/preset")
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "tonight.toml").write_text('title = "Tonight"\n')
    for _ in range(5):
        shelves.tick()
    assert "tonight" in desk.registry.offered("/scene")


# --- messages and readings --------------------------------------------------------------------------------------------


def test_the_last_messages_are_kept_with_their_time() -> None:
    registry = Registry()
    messages = Messages(registry, lambda: time.struct_time((2026, 11, 22, 20, 15, 3, 6, 326, 0)))
    for number in range(KEPT + 5):
        messages.tell(f"message\t{number}\nof two lines")
    lines = str(registry.get("/status/log")).split("\n")
    assert len(lines) == KEPT
    assert lines[0] == "20:15:03\tmessage 5 of two lines"


def test_a_reading_that_stands_is_published_once() -> None:
    registry, heard = Registry(), []
    registry.subscribe(heard.append)
    board = Board(registry)
    for value in (1.0, 1.0, 2.0, 2.0, 1.0):
        board.show("/status/load", value)
    assert [change.value for change in heard] == [1.0, 2.0, 1.0]


def test_a_lane_keeps_its_rate_on_the_mean_and_makes_nothing_up() -> None:
    done: list[float] = []
    guard = Guard(done.append)  # type: ignore[arg-type]
    lane = Lane(1 / 30, lambda: done.append(0.0))
    for tick in range(100):
        lane.tick(tick / 50, guard)
    assert 59 <= len(done) <= 62
    del done[:]
    for _ in range(3):
        lane.tick(1000.0, guard)
    assert len(done) <= 2
