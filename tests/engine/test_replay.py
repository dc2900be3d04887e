"""Replay: a score as the log tells it is read back message for message, and says plainly what it cannot do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from liveriff.engine import journal
from liveriff.engine.journal_fields import FieldError
from liveriff.engine.journal_score import ScoreKeeper, digest_of, plain, slots_in, sounds_folder
from liveriff.engine.moment import Chunk, DeckState
from liveriff.engine.replay import lives, message_of, play
from liveriff.engine.replay_sounds import LogSounds
from liveriff.errors import UsageError
from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.params.table import panel_names
from liveriff.wire import score
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import Load, Opened, Picture, Point, Quit, Record, SetGrid, Strip, Swap
from liveriff.wire.score import Note

RATE, BEAT = 48000, 24000
JOB = Job(prompt_a="tone", beats=4, bpm_cents=12000, rate=RATE)
AT = (0.0, 0, 0.0)
SWAP = Swap(1, 5, JOB.frames, 4, Fraction(0), Fraction(7, 2), 400)
MESSAGES = (
    SWAP,
    Swap(2, None, 0, 0, Fraction(0), None, 400, gain=0.5),
    SetGrid(Grid(RATE, 12000, 2400, Fraction(1, 3))),
    SetGrid(None),
    Load(3, 9, 4800),
    Record(None),
    Record("set.wav", True),
    Strip(1, 5, JOB.frames, 4, Fraction(0), (Point(0.0, 5, 1.0), Point(0.5, 6, 0.9)), (6,)),
)
SOUND = np.random.default_rng(1).standard_normal((JOB.frames, 2)).astype(np.float32) * np.float32(0.1)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_messages_come_back_as_they_were(message: Any) -> None:
    event = journal.Sent(*AT, 1, {"type": type(message).__name__, **dict(plain(message))}, ())  # type: ignore[call-overload]
    read = journal.parse(journal.line(event))
    assert isinstance(read, journal.Sent)
    assert message_of(read.message) == message


def test_what_no_message_is_is_refused() -> None:
    told: Mapping[str, object]
    for told in (
        {},
        {"type": "Fraction"},
        {"type": "Nothing"},
        {"type": "Load", "pad": 1},
        {"type": "Load", "pads": 1},
    ):
        with pytest.raises(FieldError):
            message_of(told)


def test_every_slot_is_found_with_its_length() -> None:
    assert list(slots_in(SWAP)) == [(5, JOB.frames)]
    assert list(slots_in(MESSAGES[1])) == []
    assert sorted(set(slots_in(MESSAGES[-1]))) == [(5, JOB.frames), (6, JOB.frames)]


# --- what is told -------------------------------------------------------------------------------------------------


class Ring:
    """Notes that wait."""

    lost = 0

    def __init__(self) -> None:
        self.notes: list[Note] = []

    def take(self) -> list[Note]:
        given, self.notes = self.notes, []
        return given


@pytest.fixture
def kept(tmp_path: Path) -> tuple[ScoreKeeper, Any, list[Any]]:
    told: list[Any] = []
    states = {1: DeckState(playing=Chunk(JOB, 5))}
    stage = SimpleNamespace(
        player=SimpleNamespace(
            listeners=[], opened=Opened("null", "null", RATE, 256, 0.0, 1), score=Ring(), gauges={"frame": 1024.0},
            panel=SimpleNamespace(names=("/a", "/b")),
        ),
        book=SimpleNamespace(states=states), pads=SimpleNamespace(chunks=lambda: ()),
        options=SimpleNamespace(seconds=2.0), time=SimpleNamespace(rate=RATE), listener=None,
    )  # fmt: skip
    keeper = ScoreKeeper(stage, tmp_path / "set.jsonl", told.append, lambda: (1.0, 99, 2.0))  # type: ignore[arg-type]
    keeper.slots = {5: SOUND, 9: SOUND[:4800]}  # type: ignore[assignment]
    keeper.begin()
    return keeper, stage, told


def test_a_block_holds_all_that_it_took(kept: tuple[ScoreKeeper, Any, list[Any]]) -> None:
    keeper, stage, told = kept
    assert told == [journal.Life(1.0, 99, 2.0, 256, 96000)]
    stage.player.score.notes = [
        Note(score.BLOCK, 0, 256.0), Note(score.PANEL, 0, 1.0, -np.inf), Note(score.TOLD, 0, 1.0),
        Note(score.TOLD, 0, 2.0),
        Note(score.STROKE, 512, 4.0, 0.5, 500.5), Note(score.LEAVE, 768, 0.05),
    ]  # fmt: skip
    del told[:]
    keeper.tick()
    assert told == [
        journal.Block(1.0, 0, 2.0, 256, {"/b": None}, 2, (), None),
        journal.Block(1.0, 512, 2.0, 0, {}, 0, ((4, 0.5, 500.5),), None),
        journal.Block(1.0, 768, 2.0, 0, {}, 0, (), 0.05),
    ]


def test_what_a_new_player_takes_is_told_after_its_life_has_begun(kept: tuple[ScoreKeeper, Any, list[Any]]) -> None:
    keeper, stage, told = kept
    del told[:]
    stage.player.on_end()
    stage.player.score.notes = [Note(score.BLOCK, 0, 256.0)]
    keeper.tick()
    assert [event.frame for event in told] == [1024], "how far the old one came"
    stage.player.on_open(stage.player.opened)
    keeper.tick()
    assert [type(event).__name__ for event in told[1:]] == ["Life", "Block"]


def test_a_sound_that_no_job_makes_is_kept_beside_the_log(
    kept: tuple[ScoreKeeper, Any, list[Any]], tmp_path: Path
) -> None:
    keeper, stage, told = kept
    (listener,) = stage.player.listeners
    listener(1, SWAP)
    listener(2, Load(3, 9, 4800))
    swap, load = told[-2:]
    assert swap.sounds == (journal.Sound(5, JOB.frames, digest_of(SOUND), JOB),)
    assert load.sounds == (journal.Sound(9, 4800, digest_of(SOUND[:4800]), None),)
    keeper.close()
    folder = sounds_folder(tmp_path / "set.jsonl")
    assert [path.stem for path in folder.iterdir()] == [load.sounds[0].digest]
    found = LogSounds(tmp_path / "set.jsonl", None, lambda job: SOUND).get(load.sounds[0])
    np.testing.assert_array_equal(found, SOUND[:4800])


# --- where sounds come from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("digest", ["../secret", "/secret", "\\\\server\\share\\x", "", "x" * 32, "CON"])
def test_a_log_opens_no_file_of_its_own_choice(digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def read_bytes(path: Path) -> bytes:
        opened.append(path)
        return b""

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    sounds = LogSounds(tmp_path / "set.jsonl", None, lambda job: SOUND)
    with pytest.raises(UsageError):
        sounds.get(journal.Sound(5, JOB.frames, digest, None))
    assert opened == []


def test_sounds_come_from_the_cache_or_the_renderer_and_are_checked(tmp_path: Path) -> None:
    sound = journal.Sound(5, JOB.frames, digest_of(SOUND), JOB)
    cache = ChunkCache(tmp_path / "cache")
    asked: list[Job] = []

    def render(job: Job) -> Any:
        asked.append(job)
        return SOUND if job == JOB else SOUND * 2

    sounds = LogSounds(tmp_path / "set.jsonl", cache, render)
    np.testing.assert_array_equal(sounds.get(sound), SOUND)
    sounds.get(sound)
    assert (asked, sounds.rendered, sounds.differing) == ([JOB], 1, set())
    cache.store(JOB, SOUND, Picture(1, 1, b"\0"))
    np.testing.assert_array_equal(LogSounds(tmp_path / "x", cache, render).get(sound), SOUND)
    assert len(asked) == 1
    other = replace(sound, digest="f" * 32, job=replace(JOB, seed=9))
    sounds.get(other)
    assert sounds.differing == {"f" * 32}
    with pytest.raises(UsageError, match="copy that folder"):
        sounds.get(replace(sound, digest="0" * 32, job=None))


# --- playing it ---------------------------------------------------------------------------------------------------

HEADER = journal.Header(journal.FORMAT, "0.1", "house", RATE, "2026-11-22T20:15:03+01:00", {}, {})
PANEL = {**{name: Registry().number(name) for name in panel_names()}, "/deck/1/level": 0.0}


class Given:
    """One sound for everything."""

    def get(self, sound: journal.Sound) -> Any:
        return SOUND


def sent(number: int, message: Any) -> journal.Sent:
    told = {"type": type(message).__name__, **dict(plain(message))}  # type: ignore[call-overload]
    sounds = tuple(journal.Sound(slot, frames, "", JOB) for slot, frames in slots_in(message))
    return journal.Sent(*AT, number, told, sounds)


def block(frame: int, **what: Any) -> journal.Block:
    given = {"length": 0, "panel": {}, "told": 0, "strokes": (), "leave": None, **what}
    return journal.Block(0.0, frame, 0.0, **given)


def log_of(*events: journal.Event, limit: int | None = None) -> journal.Log:
    return journal.Log(HEADER, (journal.Life(*AT, 256, limit), *events), True)


FIRST = 8000  # by then every gain has come to rest


def start(slot: int = 5) -> tuple[journal.Event, ...]:
    grid = SetGrid(Grid(RATE, 12000, FIRST))
    return sent(1, replace(SWAP, at=Fraction(0), slot=slot)), sent(2, grid), block(0, length=256, panel=PANEL, told=2)


def test_a_log_is_played_from_the_first_downbeat_to_its_end() -> None:
    pieces = list(play(log_of(*start(), block(256 * 70)), "set", Given()))
    heard = np.concatenate(pieces)
    assert len(pieces) == 70
    assert len(heard) == 256 * 70 - FIRST
    np.testing.assert_array_equal(heard, SOUND[: len(heard)])


def test_a_limit_ends_it_to_the_frame_and_values_count_from_their_block_on() -> None:
    quiet = block(256 * 50, panel={"/deck/1/level": None})
    heard = np.concatenate(list(play(log_of(*start(), quiet, block(256 * 90), limit=12000), "set", Given())))
    assert len(heard) == 12000
    at = 256 * 50 - FIRST
    np.testing.assert_array_equal(heard[:at], SOUND[:at])
    assert np.abs(heard[at + 100 : at + 400] - SOUND[at + 100 : at + 400]).max() > 0.05
    assert not heard[at + 4000 :].any()


def test_a_block_that_was_told_in_parts_is_one() -> None:
    swap, grid, whole = start()
    assert isinstance(whole, journal.Block)
    parts = (replace(whole, told=0), block(0, told=1), block(0, told=2))
    one = np.concatenate(list(play(log_of(swap, grid, whole, block(256 * 50)), "set", Given())))
    other = np.concatenate(list(play(log_of(swap, grid, *parts, block(256 * 50)), "set", Given())))
    np.testing.assert_array_equal(one, other)
    strokes = (block(512, strokes=((1, 0.5, 500.0),)), block(512, strokes=((2, 0.7, 501.0),)))
    (life,) = lives(log_of(whole, *strokes), "set")
    assert life.blocks[1].strokes == ((1, 0.5, 500.0), (2, 0.7, 501.0))


def test_lives_follow_each_other() -> None:
    events = (*start(), block(256 * 40), journal.Life(*AT, 256, None), *start(), block(256 * 50))
    heard = np.concatenate(list(play(log_of(*events), "set", Given())))
    assert len(heard) == 256 * 90 - 2 * FIRST


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((block(0, length=256), block(300, told=1), block(1024)), "a hole at frame"),
        ((block(0, length=256, panel={"/no/such": 1.0}), block(1024)), "there is no /no/such here"),
        ((sent(1, SWAP), journal.Fault(*AT, "note of the score", 3)), "too busy"),
        ((journal.Sent(*AT, 1, {"type": "Dance"}, ()), block(0, length=256, told=1), block(512)), "no message 'Dance'"),
    ],
)
def test_what_cannot_be_replayed_is_said(events: tuple[journal.Event, ...], says: str) -> None:
    with pytest.raises(UsageError, match=r"^set") as caught:
        list(play(log_of(*events), "set", Given()))
    assert says in str(caught.value)


def test_an_older_log_holds_no_score() -> None:
    with pytest.raises(UsageError, match="holds no score"):
        lives(journal.Log(HEADER, (), True), "set")


def test_quit_and_attach_are_no_part_of_a_score() -> None:
    assert plain(Quit()) == {}
