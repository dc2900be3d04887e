"""The log: every event comes back as it was, damage is told by line, a cut-off end is not damage."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine import journal, journal_file
from liveriff.engine.chronicler import Chronicler
from liveriff.engine.journal_fields import FieldError
from liveriff.engine.journal_file import JournalFile
from liveriff.errors import UsageError
from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.wire.job import Job

JOB = Job(prompt_a="acid", prompt_b="acid\u2028line", alpha=0.5, seed=7, tonic=None, density=0.25)
HEADER = journal.Header(
    journal.FORMAT, "0.1", "house", 48000, "2026-11-22T20:15:03+01:00", {"/deck/1/density": None}, {"m": "1"}
)
AT = (1.5, 48000, 2.0625)
EVENTS: tuple[journal.Event, ...] = (
    journal.Set(*AT, "/deck/1/level", -6.0, "midi"),
    journal.Set(*AT, "/deck/1/density", None, "ws:3"),
    journal.Set(*AT, "/deck/1/freeze", True, "ws:3"),
    journal.Set(*AT, "/deck/1/seed", 5, "osc"),
    journal.Landed(*AT, 2, JOB),
    journal.Landed(*AT, 2, None),
    journal.Loaded(*AT, 16, replace(JOB, beats=0, milliseconds=800)),
    journal.Hit(*AT, 1, 0.5),
    journal.Levels(*AT, (-6.0, -120.0, -3.0, 0.0), -0.3),
    journal.Grid(*AT, 12400, 2400, (7, 3)),
    journal.Notice(*AT, "A chunk was refused."),
    journal.Fault(*AT, "late chunk", 2),
    journal.Life(*AT, 256, None),
    journal.Sent(
        *AT, 3, {"type": "Swap", "at": [7, 2]}, (journal.Sound(5, 96000, "ab", JOB), journal.Sound(6, 9, "c", None))
    ),
    journal.Block(*AT, 256, {"/deck/1/level": None, "/deck/1/pan": 0.1}, 3, ((1, 0.5, 47900.25),), None),
    journal.Input(*AT, "input-1.f32"),
    journal.End(*AT),
)


def written(tmp_path: Path, *events: journal.Header | journal.Event, tail: str = "") -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("".join(map(journal.line, events)) + tail, encoding="utf-8")
    return path


def test_a_log_comes_back_as_it_was(tmp_path: Path) -> None:
    log = journal.read(written(tmp_path, HEADER, *EVENTS))
    assert log == journal.Log(HEADER, EVENTS, whole=True)
    types = [type(event.value) for event in log.events if isinstance(event, journal.Set)]
    assert types == [float, type(None), bool, int]
    assert {type(event) for event in (HEADER, *EVENTS)} == set(journal.KINDS.values()), "every kind is tried"


@pytest.mark.parametrize("keep", [1, 10, 40])
def test_a_performance_that_was_cut_off_can_be_read(tmp_path: Path, keep: int) -> None:
    half = journal.line(EVENTS[0])[:keep]
    assert journal.read(written(tmp_path, HEADER, *EVENTS[:3], tail=half)) == journal.Log(HEADER, EVENTS[:3], False)


LINE = json.loads(journal.line(EVENTS[0]))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("{\n", "line 2: this is no JSON"),
        ("[1]\n", "line 2: this is no event"),
        ("\n", "line 2: this is no JSON"),
        (json.dumps({**LINE, "kind": "dance"}) + "\n", "line 2: this is no event"),
        (json.dumps({**LINE, "s": "soon"}) + "\n", "line 2: s cannot be 'soon'"),
        (json.dumps({**LINE, "frame": 1.5}) + "\n", "line 2: frame cannot be '1.5'"),
        (json.dumps({**LINE, "beat": True}) + "\n", "line 2: beat cannot be 'True'"),
        (json.dumps({**LINE, "more": 1}) + "\n", "line 2: there is no more in set"),
        (json.dumps({k: v for k, v in LINE.items() if k != "path"}) + "\n", "line 2: set lacks path"),
        (journal.line(HEADER), "line 2: a second header"),
        (journal.line(EVENTS[4]).replace('"seed":7', '"seed":"7"'), "line 2: job cannot be"),
        (journal.line(EVENTS[9]).replace("[7,3]", "[7]"), "line 2: at_beat cannot have 1 parts"),
    ],
)
def test_damage_is_told_with_its_line(tmp_path: Path, damage: str, says: str) -> None:
    with pytest.raises(UsageError, match=r"set\.jsonl") as caught:
        journal.read(written(tmp_path, HEADER, tail=damage + journal.line(EVENTS[0])))
    assert says in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "no JSON"),
        (b"RIFF\xff\xfe", "it is not text"),
        (journal.line(EVENTS[0]).encode(), "its first line is no header"),
        (journal.line(replace(HEADER, format=journal.FORMAT + 1)).encode(), "newer liveriff"),
    ],
)
def test_what_is_no_log_is_refused(tmp_path: Path, text: bytes, says: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(text)
    with pytest.raises(UsageError, match=says):
        journal.read(path)
    with pytest.raises(UsageError, match="cannot be read"):
        journal.read(tmp_path / "absent")


KEYS = st.sampled_from(("kind", "s", "job", "deck"))
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)
)


@given(JSON)
def test_no_line_breaks_the_reader(data: object) -> None:
    with pytest.raises(FieldError):
        journal.parse(json.dumps(data))


def test_the_file_is_written_aside_from_the_loop_and_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text("precious")
    file = JournalFile(str(tmp_path / "set.jsonl"), print)
    for event in (HEADER, *EVENTS):
        file.put(event)
    file.close()
    assert file.path.name == "set 2.jsonl"
    assert journal.read(file.path) == journal.Log(HEADER, EVENTS, True)
    assert (tmp_path / "set.jsonl").read_text() == "precious"


def test_a_folder_that_is_not_there_is_told_before_the_music(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        JournalFile(str(tmp_path / "absent" / "set.jsonl"), print)


def test_a_disk_that_refuses_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    known = threading.Event()
    monkeypatch.setattr(journal_file, "LARGEST", 500)
    monkeypatch.setattr(journal_file, "PACE_S", 0.01)
    file = JournalFile(str(tmp_path / "set.jsonl"), lambda sentence: (told.append(sentence), known.set()))
    for _ in range(3):
        for event in (HEADER, *EVENTS):
            file.put(event)
    assert known.wait(20)
    file.put(HEADER)
    file.close()
    assert len(told) == 1
    assert told[0].startswith("The log ends here")


# --- what is told to it -----------------------------------------------------------------------------------------------


class Time:
    """At 120 BPM, 48 kHz; frame 0 is beat 0."""

    rate, steady, frame = 48000, True, 0

    def __init__(self) -> None:
        self.transport = SimpleNamespace(grid=Grid(48000, 12000), beat=Grid(48000, 12000).beat_at)

    def beat(self) -> Any:
        return self.transport.beat(self.frame)


@pytest.fixture
def told() -> list[Any]:
    return []


@pytest.fixture
def stage(told: list[Any]) -> Any:
    made = SimpleNamespace(registry=Registry(), time=Time(), listener=None)
    gauges = dict.fromkeys(
        ("underruns", "deck1_peak", "deck2_peak", "deck3_peak", "deck4_peak", "peak_left", "peak_right"), 0.0
    )
    made.player = SimpleNamespace(frame=lambda: made.time.frame, gauges=gauges, listeners=[], opened=None, score=None)
    made.tally = SimpleNamespace(late=0)
    file = SimpleNamespace(put=told.append, close=lambda: told.append("closed"), path=Path("set.jsonl"))
    made.log = Chronicler(made, file)  # type: ignore[arg-type]
    made.log.begin("house", {})
    made.log.tick()
    return made


def test_the_header_and_the_grid_come_first(stage: Any, told: list[Any]) -> None:
    header, grid = told[:2]
    assert (header.scene, header.rate, header.values["/tempo/bpm"]) == ("house", 48000, 124.0)
    assert (grid.bpm_cents, grid.at_frame, grid.at_beat) == (12000, 0, (0, 1))


def test_of_a_sweep_the_last_move_of_a_look_is_kept_in_order(stage: Any, told: list[Any]) -> None:
    del told[:]
    for level in range(100):
        stage.registry.set("/deck/1/level", -level / 10, "midi")
    stage.registry.set("/deck/2/mute", True, "ws:1")
    stage.registry.set("/deck/1/next", 1.0, "osc")
    stage.registry.publish("/status/beat", 3.0)
    stage.log.tick()
    assert [(each.path, each.value, each.origin) for each in told if isinstance(each, journal.Set)] == [
        ("/deck/1/level", -9.9, "midi"),
        ("/deck/2/mute", True, "ws:1"),
        ("/deck/1/next", 1.0, "osc"),
    ]


def test_levels_are_the_peaks_of_a_beat(stage: Any, told: list[Any]) -> None:
    del told[:]
    for frame in range(0, 48000 * 2, 800):
        stage.time.frame = frame
        stage.player.gauges.update(deck1_peak=0.5 if frame == 1600 else 0.0, peak_right=0.25)
        stage.log.tick()
    levels = [each for each in told if isinstance(each, journal.Levels)]
    assert [round(each.beat) for each in levels] == [1, 2, 3], "the fixture has told of beat 0"
    assert levels[0].decks == (-6.0, -120.0, -120.0, -120.0)
    assert levels[1].decks[0] == -120.0
    assert levels[0].master == -12.0


def test_a_stroke_is_told_when_it_was_felt(stage: Any, told: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    del told[:]
    stage.time.frame = 48000
    now = 1000.0
    monkeypatch.setattr("liveriff.engine.chronicler.time.monotonic", lambda: now)
    stage.registry.set("/pad/3/trigger", 0.5, "strike")
    stage.log.struck(3, 0.5, now - 0.25)
    (hit,) = told
    assert (hit.pad, hit.velocity, hit.frame, hit.beat) == (3, 0.5, 36000, 1.5)


def test_without_a_file_nothing_is_done(stage: Any) -> None:
    silent = Chronicler(stage, None)
    silent.begin("house", {})
    silent.tick()
    silent.notice("nothing")
    silent.landed(1, 0, JOB)
    silent.close()


def test_what_was_late_is_counted_once_also_by_a_new_player(stage: Any, told: list[Any]) -> None:
    del told[:]
    for late, underruns in ((1, 0.0), (1, 3.0), (1, 0.0), (3, 1.0)):
        stage.tally.late = late
        stage.player.gauges["underruns"] = underruns
        stage.log.tick()
    faults = [(each.what, each.count) for each in told if isinstance(each, journal.Fault)]
    assert faults == [("late chunk", 1), ("underrun", 3), ("late chunk", 2), ("underrun", 1)]
