"""Sounds of one's own as material: what names tell, how loops are cut, and that they are trained on and played."""

from __future__ import annotations

import itertools
from pathlib import Path, PurePath

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from liveriff.errors import UsageError
from liveriff.music.pitch import Key
from liveriff.params.words import CHUNKS, HITS
from liveriff.render.catalog import find
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.embedded import FOLDER
from liveriff.render.embedded.weights import has_part
from liveriff.train import export, latents, own, run, shards, unet
from liveriff.train.cli import train
from liveriff.train.material.render import missing
from liveriff.train.own import Wish, bring_in, found_in, items_of, read, speeds
from liveriff.train.own_names import LOOPS, SHOTS, beats_of, told_by
from liveriff.wire.job import Job

RATE = 44100


def loop(bpm: float, beats: int, hz: float = 110.0) -> np.ndarray:  # type: ignore[type-arg]
    """A note on every beat, as long as the loop lasts."""
    frames = round(beats * 60.0 / bpm * RATE)
    time = np.arange(frames) / RATE
    since = time % (60.0 / bpm)
    return (0.4 * np.sin(2 * np.pi * hz * time) * np.exp(-6.0 * since)).astype(np.float32)


def shot(seconds: float = 0.3, hz: float = 60.0) -> np.ndarray:  # type: ignore[type-arg]
    """A thump."""
    time = np.arange(round(seconds * RATE)) / RATE
    return (0.8 * np.sin(2 * np.pi * hz * time) * np.exp(-12.0 * time)).astype(np.float32)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Twenty small files, as libraries of samples are named."""
    folder = tmp_path / "sounds"
    for k in range(4):
        _save(folder / "Drums" / f"Dusty Break {k} 92 BPM.wav", loop(92, 8, 200.0 + 30 * k))
        _save(folder / "bass" / f"reese_{k}_174bpm_F#m.wav", loop(174, 4 * (k + 1), 60.0 + k))
        _save(folder / "chords" / f"warm rhodes {k} Am 120bpm.wav", loop(120, 4, 220.0))
        _save(folder / "kicks" / f"thump {k}.wav", shot(0.2 + 0.1 * k))
        _save(folder / "hats" / f"tick {k}.flac", shot(0.05, 6000.0), 48000)
    (folder / "chords" / "warm rhodes 0 Am 120bpm.txt").write_text("my grandmother's electric piano\n\nwarm keys\n")
    return folder


def _save(path: Path, sound: np.ndarray, rate: int = RATE) -> None:  # type: ignore[type-arg]
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound, rate)


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "bpm", "key", "looped", "shot"),
    [
        ("Drums/Dusty Break 92 BPM.wav", 92.0, None, "drums", "perc"),
        ("bass/reese_174bpm_F#m.wav", 174.0, Key(6, "minor"), "bass", "bass"),
        ("Lead Loop 128.5bpm Cmaj.wav", 128.5, Key(0, "major"), "synth", "synth"),
        ("909/BD long.wav", None, None, "", "kick"),
        ("drums/kick 3.wav", None, None, "drums", "kick"),
        ("DeepHouse/FullMix_Bbmin_124BPM.aif", 124.0, Key(10, "minor"), "mix", ""),
        ("take A 7.wav", None, None, "", ""),
        ("bpm99 whatever.wav", 99.0, None, "", ""),
        ("9999bpm kick.wav", None, None, "", "kick"),
    ],
)
def test_what_a_name_tells(path: str, bpm: float | None, key: Key | None, looped: str, shot: str) -> None:
    named = told_by(PurePath(path))
    assert (named.bpm, named.key) == (bpm, key)
    assert (named.category(loop=True), named.category(loop=False)) == (looped, shot)


def test_the_phrase_is_words_alone() -> None:
    assert told_by(PurePath("Drums/Dusty Break 92 BPM.wav")).phrase == "drums dusty break"
    assert told_by(PurePath("bass/reese_loop_174bpm_F#m.wav")).phrase == "bass reese"


def test_words_lead_to_categories_that_there_are() -> None:
    assert set(LOOPS) == set(CHUNKS)
    assert set(SHOTS) == set(HITS)


@given(st.text(max_size=60))
def test_any_name_is_read(name: str) -> None:
    named = told_by(PurePath(name or "x"))
    assert named.bpm is None or 30.0 <= named.bpm <= 400.0
    assert named.category(True) in ("", *CHUNKS)


@given(st.integers(1, 64), st.floats(60.0, 200.0))
def test_beats_are_counted_exactly(beats: int, bpm: float) -> None:
    found = beats_of(60.0 * beats / bpm, bpm)
    assert found is not None
    assert found[0] == beats
    assert found[1] == pytest.approx(bpm)


@given(st.sampled_from([4, 8, 16, 32]), st.floats(80.0, 159.0))
def test_a_tempo_is_guessed_from_the_length_of_a_loop(beats: int, bpm: float) -> None:
    assert beats_of(60.0 * beats / bpm, None) == (beats, pytest.approx(bpm))


def test_what_is_no_whole_number_of_beats_is_no_loop() -> None:
    assert beats_of(60.0 * 7.5 / 120, 120.0) is None
    assert beats_of(0.1, None) is None


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_library_becomes_shards(library: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    counts = bring_in(library, work, Wish(takes=2))
    assert counts == {"drums": 8, "bass": 2 * 6, "synth": 8, "hit kick": 8, "hit hat": 8}  # 16 beats are two pieces
    facts = [row for kind in shards.KINDS for path in shards.shards_of(work, kind) for row in shards.facts_of(path)]
    assert len(facts) == sum(counts.values())
    for row in facts:
        assert own.FIRST <= row["seed"] < shards.HELD_OUT
        assert len(row["captions"]) == 16
        assert 0.0 <= row["brightness"] <= 1.0
        if not row["category"].startswith("hit "):
            assert row["frames"] == pytest.approx(8 * 60 / row["bpm"] * RATE, rel=1e-3)
    drums, bass = (next(row for row in facts if row["category"] == name) for name in ("drums", "bass"))
    assert drums["captions"][0] == "drums dusty break"
    assert (drums["tonic"], bass["tonic"], bass["mode"]) == (None, 6, "minor")
    rhodes = [row for row in facts if "my grandmother's electric piano" in row["captions"]]
    assert len(rhodes) == 2


def test_takes_are_turned_like_records(library: Path) -> None:
    path = library / "chords" / "warm rhodes 1 Am 120bpm.wav"
    rows = [facts for _, facts in items_of(read(path, library, Wish()), own.FIRST, 5)]
    assert speeds(5) == (0, 1, -1, 2, -2)
    assert [row["tonic"] for row in rows] == [9, 10, 8, 11, 7]
    assert [row["bpm"] for row in rows] == [round(120 * 2 ** (k / 12), 2) for k in speeds(5)]


def test_a_loop_that_is_too_short_goes_round_without_a_jump(library: Path) -> None:
    path = library / "chords" / "warm rhodes 1 Am 120bpm.wav"
    ((sound, _),) = items_of(read(path, library, Wish()), own.FIRST, 1)
    half = len(sound) // 2
    assert len(sound) == round(8 * 0.5 * RATE)
    assert np.abs(sound[:half] - sound[half:]).max() < 1e-3


def test_another_folder_takes_the_place_of_the_first(library: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    bring_in(library, work, Wish(takes=1))
    before = len(missing(work, 64, 64))
    for path in (library / "bass").iterdir():
        path.unlink()
    assert "bass" not in bring_in(library, work, Wish(takes=1))
    assert len(shards.shards_of(work, "pieces")) == 1
    assert len(missing(work, 64, 64)) == before  # made material is not mistaken for it


@pytest.mark.parametrize(
    ("name", "sound", "wish", "told"),
    [
        ("odd 120bpm drums.wav", loop(120, 8)[:-9000], Wish(), "no whole number of beats at 120 BPM"),
        ("drums long.wav", np.tile(shot(), 1000), Wish(), "tells no tempo"),
        ("mystery 120bpm.wav", loop(120, 8), Wish(), "names no category of a loop"),
        ("mystery.wav", shot(), Wish("drums"), "names no category of a one-shot"),
        ("kick.wav", np.zeros(9000, np.float32), Wish(), "is silent"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_written(
    name: str,
    sound: np.ndarray,
    wish: Wish,
    told: str,
    tmp_path: Path,  # type: ignore[type-arg]
) -> None:
    _save(tmp_path / "in" / "a kick.wav", shot())
    _save(tmp_path / "in" / name, sound)
    with pytest.raises(UsageError, match=told):
        bring_in(tmp_path / "in", tmp_path / "work", wish)
    assert not (tmp_path / "work").exists()


def test_what_is_asked_fills_what_names_leave_open(tmp_path: Path) -> None:
    _save(tmp_path / "in" / "mystery.wav", loop(100, 8))
    (row,) = (facts for _, facts in items_of(
        read(tmp_path / "in" / "mystery.wav", tmp_path / "in", Wish("synth", 100.0, Key(2, "minor"))), own.FIRST, 1
    ))  # fmt: skip
    assert (row["category"], row["tonic"], row["bpm"]) == ("synth", 2, 100.0)


def test_folders_without_sounds_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        found_in(tmp_path / "nothing")
    with pytest.raises(UsageError, match="no sound files"):
        found_in(tmp_path)


def test_the_command_says_what_it_brought_in(library: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    result = CliRunner().invoke(train, ["own", str(library), "--work", str(work), "--takes", "1"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("22 examples are in")
    wrong = CliRunner().invoke(train, ["own", str(library), "--work", str(work), "--category", "banjo"])
    assert isinstance(wrong.exception, UsageError)


# --- to music --------------------------------------------------------------------------------------------------------


def test_from_a_folder_to_a_model_that_plays(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr(run.time, "monotonic", lambda: float(next(clock)))
    work, weights = tmp_path / "work", tmp_path / "mine"
    for path in library.rglob("*.*"):
        if path.parent.name != "Drums" or " 0 " not in path.name:
            path.unlink()
    bring_in(library, work, Wish(takes=1))
    unet.adopt(work, FOLDER)
    from liveriff.train.codec import trained

    latents.prepare(trained(work), work, "cpu", lambda: None)
    unet.train(work, 1 / 60, lambda state: None, "cpu", FOLDER, batch=1)
    export.export(work, weights)
    assert has_part("vocoder", weights)  # what was not trained anew is that of the weights it began with
    name = f"embedded:{weights}"
    factory = find(name)
    assert factory.info().name == name
    assert factory.info().version != find("embedded").info().version
    backend = factory.create()
    backend.load("cpu")
    job = Job(model=name, category="drums", beats=4, prompt_a="dusty break")
    sound = backend.render(job, lambda step, of: True).samples
    assert sound.shape == (job.frames, 2)
    assert bool(np.isfinite(sound).all())


def test_own_weights_have_no_options() -> None:
    with pytest.raises(UsageError, match="no options"):
        find("embedded?steps=3").info()
    assert find("embedded").variant is not None
    assert Checkpoint("mine", "embedded", str(FOLDER)).backend == "embedded"
