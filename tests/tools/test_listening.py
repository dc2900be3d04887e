"""The tool that listens to scenes and presets: its measures tell good from bad, its page names all that ships."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from listening import choose, ear, sounds, stage
from listening.page import PresetLine, page
from listening.sheet import Cell, sheet

from liveriff.engine.scenes import load_scene
from liveriff.engine.scenes_files import shelved
from liveriff.engine.scenes_presets import load_preset
from liveriff.render.loudness import integrated
from liveriff.render.offline import Studio
from liveriff.wire.job import Job

DOCS = Path(__file__).parents[2] / "docs"
RATE = sounds.RATE
LOW_RATE = 24000  # of whole scenes: quick, and as loud
IN_A_MINOR = Job(category="bass", tonic=9, mode="minor", rate=RATE)
GOOD = ear.Figures(-19.0, -3.0, 0.95, 0.2, None, 2000.0, 0.7, 0.65, 1.0, {})


@pytest.fixture(autouse=True)
def what_ships(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The performer's own folder is empty, whoever runs the tests."""
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with Studio() as studio:
        yield studio
    torch.set_num_threads(threads)


def tone(note: int, seconds: float = 4.0) -> sounds.Samples:
    """A sine by MIDI note, (frames, 2)."""
    t = np.arange(round(seconds * RATE)) / RATE
    sine = 0.3 * np.sin(2 * np.pi * 440.0 * 2 ** ((note - 69) / 12) * t)
    return np.stack([sine, sine], axis=1).astype(np.float32)


@pytest.mark.parametrize(("note", "share"), [(33, 1.0), (28, 1.0), (40, 1.0), (34, 0.0), (30, 0.0), (37, 0.0)])
def test_a_bass_is_in_key_or_not(note: int, share: float) -> None:
    assert ear.low_in_key(tone(note), IN_A_MINOR) == pytest.approx(share, abs=0.01)


def test_what_has_no_key_or_no_sound_is_in_none() -> None:
    assert ear.low_in_key(tone(33), replace(IN_A_MINOR, tonic=None)) is None
    assert ear.low_in_key(tone(33) * 0, IN_A_MINOR) is None


@pytest.mark.parametrize(
    "worse",
    [{"in_key": 0.6}, {"seam": 3.0}, {"lufs": -35.0}, {"as_category": 0.1}, {"density": 0.3}, {"brightness": 0.2}],
)
def test_a_fault_costs_points(worse: dict[str, float]) -> None:
    preset = load_preset("house-piano")
    assert choose.score(replace(GOOD, **worse), preset) < choose.score(GOOD, preset) - 0.1


def test_the_best_seed_is_kept_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('title = "x"\n[sound]\nseed = 1\nwidth = 1.0\n')
    seed, points = choose.best([4, 7, 9], {4: 0.0, 7: 2.0, 9: 2.0}.__getitem__)
    choose.keep_seed(path, seed)
    assert (seed, points, path.read_text()) == (7, 2.0, 'title = "x"\n[sound]\nseed = 7\nwidth = 1.0\n')
    path.write_text("[sound]\n")
    with pytest.raises(ValueError, match="no line seed"):
        choose.keep_seed(path, 1)
    assert path.read_text() == "[sound]\n"


def test_a_prompt_begins_with_its_style() -> None:
    found = [choose.style_of(text) for text in ("deep house rhodes, soft", "two-step bass", "liquid funk, fast")]
    assert found == ["deep house", "", "drum and bass"]


@pytest.mark.parametrize("name", ["techno", "lo-fi"])
def test_a_scene_is_loud_enough_and_hardly_limited(name: str, studio: Studio) -> None:
    heard = stage.play(load_scene(name), sounds.setting(LOW_RATE), 4.0, lambda job: sounds.sound_of(studio, job))
    assert heard.sound.shape == (4 * LOW_RATE, 2)
    assert -16.5 <= integrated(heard.sound, LOW_RATE) <= -12.5
    assert np.abs(heard.sound).max() <= 10 ** (-0.3 / 20) + 1e-6
    assert heard.reduced_db < 4.5
    assert heard.limited < 0.15
    assert all(-28.0 < deck < -14.0 for deck in heard.decks)


def test_the_stage_plays_what_the_decks_are_given() -> None:
    """A quiet scene with nothing on the way: the loop at its fader, from the first beat on."""
    scene = load_scene("house")
    flat = {f"/deck/{n}/{name}": value for n in range(1, 5) for name, value in FLAT.items()}
    quiet = {f"/deck/{n}/level": -20.0 if n == 2 else -60.0 for n in range(1, 5)}
    loop = tone(45, 60 / 124 * 8 * 48000 / RATE)
    heard = stage.play(replace(scene, values={**scene.values, **flat, **quiet}), sounds.setting(48000), 1.0,
                       lambda job: np.resize(loop, (job.frames, 2)))  # fmt: skip
    spectrum = np.abs(np.fft.rfft(heard.sound[24000:, 0]))
    assert int(spectrum.argmax()) * 2 == pytest.approx(110 * 48000 / RATE, abs=2)
    assert np.abs(heard.sound[:2400]).max() > 0.2 * np.abs(heard.sound).max()
    assert (heard.reduced_db, heard.limited) == (0.0, 0.0)


FLAT = {"pan": 0.0, "eq/low": 0.0, "eq/high": 0.0, "send/delay": -60.0, "send/reverb": -60.0}


def test_a_sheet_holds_all_its_cells() -> None:
    cells = [Cell(np.full((512, 512), 40 * k, np.uint8), f"name {k}", "-19 LUFS") for k in range(5)]
    page_ = Image.open(io.BytesIO(sheet(cells, 2, (60, 40))))
    assert page_.size[0] == 6 + 2 * 66
    assert page_.size[1] > 3 * 40


def test_the_page_says_what_was_heard() -> None:
    preset = load_preset("acid")
    line = PresetLine("acid", preset, sounds.Place("techno", 132.0, "E minor"), GOOD)
    row = next(row for row in page([], [line]).splitlines() if row.startswith("| acid |"))
    assert "techno (132, E minor)" in row
    assert "95 %" in row
    assert "0.20" in row


def test_the_documents_name_all_that_ships() -> None:
    """If this fails: ``PYTHONPATH=tools python -m listening docs``."""
    text = (DOCS / "presets.md").read_text("utf-8")
    named = set(re.findall(r"(?m)^\| ([\w-]+) \|", text))
    assert set(shelved("scenes")) | set(shelved("presets")) <= named
    for name in ("presets.png", "scenes.png"):
        assert 50_000 < (DOCS / name).stat().st_size < 600_000


def test_no_preset_jumps_at_its_seam_or_leaves_the_key() -> None:
    """By what the page says of each."""
    text = (DOCS / "presets.md").read_text("utf-8").split("## Presets")[1]
    rows = [row.strip("| ").split(" | ") for row in text.splitlines() if row.startswith("| ") and " LUFS |" not in row]
    heard = [row for row in rows if row[0] in shelved("presets")]
    assert len(heard) >= 60
    assert [row[0] for row in heard if float(row[5]) > 1.0] == []
    assert [row[0] for row in heard if row[4] != "-" and float(row[4].split()[0]) < 70] == []
    assert [row[0] for row in heard if not -32.0 < float(row[3]) < -9.0] == []


def test_a_preset_is_at_home_where_a_deck_plays_it() -> None:
    scenes = {name: load_scene(name) for name in ("techno", "dub")}
    assert sounds.home_of(load_preset("organ-skank"), scenes) == "dub"
    job = sounds.job_of(load_preset("organ-skank"), "dub", seed=5)
    assert (job.seed, job.bpm_cents, job.tonic, job.category) == (5, 7400, 7, "synth")
    assert sounds.place_of("dub").key == "G minor"
    assert Fraction(job.beats) == 8
