"""The picture of a set: what its story says, that no words overlap whatever was played, and that damage is told."""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from liveriff.cli.overview import overview
from liveriff.engine import journal
from liveriff.engine.overview import page, story
from liveriff.engine.overview.paper import Paper, fitted, font, length, wrapped
from liveriff.engine.overview.scale import Scale, clock
from liveriff.errors import UsageError
from liveriff.params.registry import Registry
from liveriff.wire.job import Job

RATE = 48000
PROMPTS = (
    "techno drums, 909 kick, rumble, ride cymbal, driving and relentless",
    "acid bass, 303, squelching resonance",
    "glass bells",
    "a very long prompt " * 12,
    "ünïcödé\nand\tcontrol \x1b[31m characters",
)
CATEGORIES = ("drums", "bass", "synth", "mix")


def when(s: float, bpm: float = 124.0) -> tuple[float, int, float]:
    return round(s, 3), round(s * RATE), round(s * bpm / 60, 4)


def header(**values: object) -> journal.Header:
    told = {**Registry().snapshot(), **values}
    return journal.Header(journal.FORMAT, "0.1.0", "house", RATE, "2026-05-01T22:00:00.000+02:00", told, {})


def job(**fields: object) -> Job:
    return Job(**{"category": "drums", "prompt_a": PROMPTS[0], "prompt_b": PROMPTS[0], "seed": 7, **fields})  # type: ignore[arg-type]


def log(*events: journal.Event, **values: object) -> journal.Log:
    return journal.Log(header(**values), events, bool(events) and isinstance(events[-1], journal.End))


def a_set(minutes: float, seed: int = 1) -> journal.Log:
    """Four decks, a change of something every few seconds, in the order in which an engine would tell it."""
    return journal.Log(
        header(), tuple(sorted(_played(minutes * 60, random.Random(seed)), key=lambda each: each.s)), True
    )


def _played(seconds: float, dice: random.Random) -> Iterator[journal.Event]:
    yield journal.Grid(*when(0.0), 12400, 0, (0, 1))
    for deck, category in enumerate(CATEGORIES, 1):
        yield from _deck(seconds, deck, category, dice)
    for s in np.arange(1.0, seconds, 60 / 124).tolist():
        levels = tuple(round(dice.uniform(-30, -6), 1) for _ in CATEGORIES)
        yield journal.Levels(*when(s), levels, max(levels) + 4)
    for _ in range(round(seconds / 3)):
        yield journal.Hit(*when(dice.uniform(0, seconds)), dice.randint(1, 16), dice.random())
    for number in range(round(seconds / 40)):
        yield journal.Notice(*when(dice.uniform(0, seconds)), f"{dice.choice(PROMPTS)}, told for the {number}th time.")
        yield journal.Fault(*when(dice.uniform(0, seconds)), dice.choice(("late chunk", "underrun")), 1)
        yield journal.Grid(*when(s := dice.uniform(0, seconds)), dice.randint(6000, 18000), 0, (0, 1))
        yield journal.Set(*when(s), "/scene", dice.choice(("house", "drum-and-bass", "dub")), "screen")
        yield journal.Set(*when(s), "/key/tonic", dice.choice(("C", "F#")), "screen")
    yield journal.End(*when(seconds))


def _deck(seconds: float, deck: int, category: str, dice: random.Random) -> Iterator[journal.Event]:
    s, prompt, other = dice.uniform(0.5, 9), dice.choice(PROMPTS), dice.choice(PROMPTS)
    while s < seconds:
        if dice.random() < 0.06:
            prompt, other = dice.choice(PROMPTS), dice.choice(PROMPTS)
            category = dice.choice(CATEGORIES)
        if dice.random() < 0.05:
            for path in ("mute", "freeze"):
                yield journal.Set(*when(s), f"/deck/{deck}/{path}", True, "midi")
                yield journal.Set(*when(s + dice.uniform(1, 20)), f"/deck/{deck}/{path}", False, "midi")
        made = job(category=category, prompt_a=prompt, prompt_b=other, alpha=dice.random(), seed=dice.randint(1, 99999))
        yield journal.Landed(*when(s), deck, made)
        s += 16 * 60 / 124 if dice.random() < 0.3 else 8 * 60 / 124


# --- the story -------------------------------------------------------------------------------------------------------


def test_a_chunk_lasts_until_the_next_or_until_nothing() -> None:
    one, other = job(seed=1), job(seed=2)
    told = story.told(
        log(
            journal.Landed(*when(2.0), 1, one), journal.Landed(*when(6.0), 1, other),
            journal.Landed(*when(9.0), 1, None), journal.Landed(*when(12.0), 2, one), journal.End(*when(20.0)),
        )
    )  # fmt: skip
    assert told.decks[1].chunks == (story.Chunk(2.0, 6.0, one), story.Chunk(6.0, 9.0, other))
    assert told.decks[2].chunks == (story.Chunk(12.0, 20.0, one),)
    assert told.decks[3].chunks == ()


def test_what_is_held_is_a_span_and_what_held_at_the_start_counts() -> None:
    told = story.told(
        log(
            journal.Set(*when(3.0), "/deck/2/mute", False, "midi"),
            journal.Set(*when(5.0), "/deck/2/mute", True, "midi"),
            journal.Set(*when(6.0), "/play", False, "screen"), journal.Set(*when(7.0), "/play", True, "screen"),
            journal.End(*when(8.0)), **{"/deck/2/mute": True},
        )
    )  # fmt: skip
    assert [span[:2] for span in told.decks[2].mutes] == [(0.0, 3.0), (5.0, 8.0)]
    assert [span[:2] for span in told.stops] == [(6.0, 7.0)]
    assert told.decks[1].mutes == ()


def test_keys_and_scenes_are_read_as_people_say_them() -> None:
    told = story.told(
        log(
            journal.Set(*when(3.0), "/key/tonic", "F#", "osc"), journal.Set(*when(4.0), "/scene", "dub", "osc"),
            journal.Set(*when(5.0), "/key/tonic", "F#", "osc"), journal.End(*when(8.0)),
        )
    )  # fmt: skip
    assert [(span.start, span.end, span.text) for span in told.keys] == [(0, 3, "A minor"), (3, 8, "F# minor")]
    assert [span.text for span in told.scenes] == ["house", "dub"]


def test_bars_follow_the_beats_even_where_the_tempo_changes() -> None:
    events = [journal.Levels(s, 0, beat, (), 0.0) for s, beat in ((0.0, 0.0), (4.0, 8.0), (12.0, 16.0))]
    told = story.told(log(*events))
    assert told.bars == 5
    assert [told.second(bar) for bar in range(5)] == [0.0, 2.0, 4.0, 8.0, 12.0]


def test_strokes_have_the_sound_that_was_on_the_pad() -> None:
    told = story.told(
        log(
            journal.Hit(*when(1.0), 1, 0.5), journal.Loaded(*when(2.0), 1, job(category="synth", beats=0)),
            journal.Hit(*when(3.0), 1, 0.7), journal.Hit(*when(3.2), 1, 0.0),
        )
    )  # fmt: skip
    assert [(stroke.s, stroke.category) for stroke in told.strokes] == [(1.0, "kick"), (3.0, "synth")]


def test_levels_are_the_loudest_of_what_falls_into_a_pixel() -> None:
    columns = Scale(0, 4, 4.0).columns(np.array([[0.1, -48.0], [0.5, 0.0], [2.5, -24.0]]))
    assert columns[0] == 1.0
    assert 0 < columns[1] == columns[2] < 0.5
    assert columns[3] == 0.0


# --- the page --------------------------------------------------------------------------------------------------------


class Noting(Paper):
    """Paper that remembers where words stand."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        self.words: list[tuple[str, tuple[float, float, float, float]]] = []
        pages.append(self)

    def text(self, x, y, words, colour=(0, 0, 0), size=13, anchor="lm") -> None:  # type: ignore[no-untyped-def]
        super().text(x, y, words, colour, size, anchor)
        self.words.append((words, self._draw.textbbox((x, y), words, font=font(size), anchor=anchor)))


pages: list[Noting] = []


def drawn(told: journal.Log, width: int, monkeypatch: pytest.MonkeyPatch) -> Noting:
    monkeypatch.setattr(page, "Paper", Noting)
    page.draw(told, width)
    return pages.pop()


@pytest.mark.parametrize("width", [800, 1600])
@pytest.mark.parametrize("minutes", [0.02, 0.5, 5, 60, 300])
def test_no_words_overlap_or_leave_the_page(minutes: float, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = drawn(a_set(minutes), width, monkeypatch)
    assert len(noted.words) > 20
    for words, (left, top, right, bottom) in noted.words:
        assert left >= 0 <= top, words
        assert right <= noted.width, words
        assert bottom <= noted.height, words
    for (one, a), (other, b) in itertools.combinations(noted.words, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, a, other, b)


def test_an_hour_still_names_roles_scenes_and_times(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [words for words, _ in drawn(a_set(60), 1600, monkeypatch).words]
    assert "30:00" in words
    assert any(each.startswith("house") for each in words[1:])
    assert any(each.startswith("techno drums") for each in words)


def test_mutes_and_fields_of_colour_are_on_the_page() -> None:
    quiet = Image.open(io.BytesIO(page.draw(log(journal.End(*when(60.0))))))
    played = Image.open(io.BytesIO(page.draw(log(journal.Landed(*when(10.0), 1, job()), journal.End(*when(60.0))))))
    assert quiet.size == played.size == (1600, played.height)
    before, after = quiet.convert("RGB").load(), played.convert("RGB").load()
    at = page._places(story.told(log()), 0).decks[0] + 9
    assert before[900, at] == after[200, at] != after[900, at]


# --- words that fit --------------------------------------------------------------------------------------------------


@given(st.text(max_size=60), st.integers(0, 300))
@settings(max_examples=200)
def test_fitted_words_fit(words: str, width: int) -> None:
    assert length(fitted(words, width, 12), 12) <= width
    assert all(length(line, 12) <= width for line in wrapped(words, width, 12, 2))


def test_times_are_read_as_on_a_clock() -> None:
    assert [clock(s) for s in (0, 59.9, 61, 3600, 36061)] == ["0:00", "0:59", "1:01", "1:00:00", "10:01:01"]


# --- the command -----------------------------------------------------------------------------------------------------


def written(path: Path, told: journal.Log) -> Path:
    path.write_text("".join(journal.line(each) for each in (told.header, *told.events)), encoding="utf-8")
    return path


def test_the_command_draws_an_interrupted_set_too(tmp_path: Path) -> None:
    file, out = written(tmp_path / "set.jsonl", a_set(1)), tmp_path / "set.png"
    file.write_bytes(file.read_bytes()[:-20])
    done = CliRunner().invoke(overview, [str(file), "--out", str(out), "--width", "1000"])
    assert done.exit_code == 0, done.output
    assert Image.open(out).width == 1000


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\xff\xff", "is not text"),
        (b"{}\n{}\n", "line 1"),
        (b"", "line 1"),
        (journal.line(header()).encode(), "nothing to draw"),
        (journal.line(header()).encode() + b'{"kind":"end"}\n{"kind":"end"}\n', "line 2"),
    ],
)
def test_what_is_no_log_is_told_in_a_sentence_and_leaves_nothing(tmp_path: Path, damage: bytes, sentence: str) -> None:
    file, out = tmp_path / "set.jsonl", tmp_path / "set.png"
    file.write_bytes(damage)
    done = CliRunner().invoke(overview, [str(file), "--out", str(out)])
    assert isinstance(done.exception, UsageError)
    assert sentence in str(done.exception)
    assert not out.exists()


@pytest.mark.parametrize("out", ["set.jpg", "nowhere/set.png"])
def test_where_no_picture_can_go_is_told(tmp_path: Path, out: str) -> None:
    file = written(tmp_path / "set.jsonl", a_set(0.1))
    done = CliRunner().invoke(overview, [str(file), "--out", str(tmp_path / out)])
    assert isinstance(done.exception, UsageError)
    done = CliRunner().invoke(overview, [str(tmp_path / "none"), "--out", str(tmp_path / "set.png")])
    assert "cannot be read" in str(done.exception)
