"""The whole judgement at its smallest, with ears that know nothing: every part runs, and the page holds it all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from liveriff.errors import LiveriffError
from liveriff.render.embedded.model import save, untrained
from liveriff.render.environment import VARIABLES
from liveriff.train.judge import cli, faults, held_out, judging, sets, teaching
from liveriff.train.judge.measured import heard
from liveriff.train.judge.playing import opened, prompt_of
from liveriff.train.judge.scores import Said
from liveriff.train.material.measure import Pictures

RATE, FRAMES = 44100, 117600  # 8 beats at 180 BPM


def facts(category: str = "drums", style: str = "techno", **others: object) -> dict[str, object]:
    """What is known of an item."""
    known: dict[str, object] = {"category": category, "style": style, "tonic": None, "mode": "minor", "bpm": 180.0,
                                "density": 0.5, "brightness": 0.5, "captions": ["techno drums"], "seed": 1}  # fmt: skip
    return known | others


def item(category: str, style: str, seed: int) -> held_out.Item:
    """A loop of noise on every beat."""
    dice = np.random.default_rng(seed)
    sound = dice.normal(size=FRAMES).astype(np.float32) * 0.1
    sound *= np.exp(-16.0 * (np.arange(FRAMES) % (FRAMES // 8)) / RATE).astype(np.float32)
    tonic = None if category == "drums" else 9
    return held_out.Item(sound, facts(category, style, tonic=tonic), seed)


def test_items_are_kept_as_they_were(tmp_path: Path) -> None:
    made = [item("drums", "techno", 5), item("bass", "house", 6)]
    path = tmp_path / "judge" / "some.npz"
    held_out.kept(path, lambda: made)
    again = held_out.kept(path, lambda: pytest.fail("they are there"))
    assert [(one.category, one.seed, one.loop) for one in again] == [("drums", 5, True), ("bass", 6, True)]
    assert np.abs(again[1].sound - made[1].sound).max() < 1e-4


def test_held_out_seeds_are_none_of_the_training_and_of_each_other() -> None:
    starts = sorted({held_out.LESSONS, held_out.REFERENCE, held_out.TESTED, held_out.SHOTS})
    assert starts[0] >= 10_000_000
    assert np.diff(starts).min() >= 100_000


def test_every_style_is_chosen_before_one_is_chosen_twice() -> None:
    drawn = list(enumerate(["techno"] * 5 + ["house"] * 2 + ["jazz"]))
    assert sets.evenly(drawn, 3) == [5, 7, 0]
    assert sets.evenly(drawn, 5) == [5, 7, 0, 6, 1]
    assert len(sets.evenly(drawn, 99)) == 8


def test_the_prompt_is_one_that_training_never_saw() -> None:
    assert prompt_of(facts(held=["berlin pounding"], captions=["techno"])) == "berlin pounding"
    assert prompt_of(facts(captions=["drums", "hard techno kit"])) == "hard techno kit"


def said(row: str, category: str, style: float) -> Said:
    return Said(np.array([style]), [row], np.array([1.0]), [category], np.zeros((1, 4)))


def test_what_is_wrong_is_told_and_what_is_right_is_not() -> None:
    good = item("bass", "techno", 1)
    real = [heard(good.sound, good.facts)]
    assert faults.verdicts(real, said("techno", "bass", 0.9), real, said("techno", "bass", 0.9))[0].weight < 1.0
    quiet = [heard(good.sound * np.float32(0.1), good.facts)]
    verdict = faults.verdicts(quiet, said("house", "drums", 0.1), real, said("techno", "bass", 0.9))[0]
    words = "; ".join(verdict.words)
    assert "sounds like drums, not bass" in words
    assert "sounds like house, not techno" in words
    assert "-20 dB against the material" in words


def test_weights_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(LiveriffError, match="missing"):
        opened(tmp_path / "none", 4, 3.0)


def _small_lessons(seeds: list[int]) -> list[tuple[Pictures, str, str, int]]:
    return [(np.zeros((64, 128), np.uint8) + seed % 7, "techno", f"{seed % 2}", seed) for seed in seeds]


def test_a_whole_judgement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(held_out, "spread", lambda work, seeds, done, workers=0: work(list(seeds)))
    monkeypatch.setattr(teaching, "loop_lessons", _small_lessons)
    monkeypatch.setattr(teaching, "shot_lessons", _small_lessons)
    monkeypatch.setattr(judging.musicnn, "folder", lambda: None)
    monkeypatch.setattr(held_out, "loops", lambda seeds: [item(kind, "techno", s) for s in seeds for kind in _KINDS])
    monkeypatch.setattr(held_out, "styles", lambda seeds: [(seed, "techno") for seed in seeds])
    monkeypatch.setattr(held_out, "shots", lambda seeds: [held_out.known(held_out.hit(s), s) for s in list(seeds)[:2]])
    monkeypatch.setattr(sets, "_CANDIDATES", 1)
    save(untrained(), tmp_path / "weights", {})
    options = [
        "--weights",
        str(tmp_path / "weights"),
        "--work",
        str(tmp_path),
        "--samples",
        "8",
        "--steps",
        "1",
        "--lessons",
        "8",
    ]
    result = CliRunner().invoke(cli.command, [*options, "--brief", "--guidance", "1"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "judge" / "eval.json").read_text())
    assert set(found["loops"]) == {"material", "phase", "codec", "generated"}
    assert found["loops"]["phase"]["level_db drums"] == pytest.approx(
        found["loops"]["material"]["level_db drums"],
        abs=6,  # the backend plays drums louder than other categories
    )
    page = (tmp_path / "judge" / "eval.html").read_text()
    assert page.count("data:image/png;base64,") >= 3 * 4
    assert "http" not in page
    assert "| category heard right | " in (tmp_path / "judge" / "eval.md").read_text()
    assert (tmp_path / "judge" / "eval.png").stat().st_size > 1000


_KINDS = ("drums", "bass", "synth", "mix")
