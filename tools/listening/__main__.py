"""Listen to all scenes and presets, and write docs/presets.md with its two contact sheets; or choose presets' seeds.

    PYTHONPATH=tools python -m listening docs [--work FOLDER]
    PYTHONPATH=tools python -m listening choose [--seeds N] [--work FOLDER] [PRESET ...]

``--work``: where ``liveriff eval`` keeps the judge's ears; without them nothing says what a preset is heard as.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

os.environ["LIVERIFF_HOME"] = tempfile.mkdtemp()  # what ships, not what the user has in its place

import click
import numpy as np
import torch

from listening import choose, ear, sounds
from listening.page import PresetLine, SceneLine, page
from listening.sheet import Cell, sheet
from listening.stage import Heard, play
from liveriff.engine.scenes import Scene, list_scenes, load_scene
from liveriff.engine.scenes_presets import Preset, list_presets, load_preset
from liveriff.music.pitch import parse_key
from liveriff.params.words import CHUNKS, DECKS
from liveriff.render.loudness import integrated
from liveriff.render.offline import Studio, write_whole
from liveriff.render.spectrogram import EMBEDDED, analyse, encode
from liveriff.train.judge import tonality
from liveriff.train.judge.classifier import Named
from liveriff.train.run import default_work
from liveriff.wire.job import Job

SECONDS, SCENE_RATE, COLUMNS = 16.0, 48000, 1024
FIRST_SEED, SEED_STEP = 1, 97
PRESET_SHEET, SCENE_SHEET = (10, (108, 60)), (4, (268, 84))


def main() -> None:
    """See the module."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(prog="listening", description=__doc__)
    parser.add_argument("--work", type=Path, default=default_work())
    commands = parser.add_subparsers(required=True)
    docs = commands.add_parser("docs")
    docs.set_defaults(run=lambda given, ear_: document(Path("docs"), ear_))
    seeds = commands.add_parser("choose")
    seeds.add_argument("--seeds", type=int, default=8)
    seeds.add_argument("names", nargs="*")
    seeds.set_defaults(run=lambda given, ear_: choose_seeds(given.names, given.seeds, ear_))
    given = parser.parse_args()
    given.run(given, ear.ears_in(given.work))


def document(folder: Path, named: Named | None) -> None:
    """Write presets.md, presets.png and scenes.png."""
    presets, scene_lines, cells, pictures = [], [], [], []
    with Studio() as studio:
        for line, cell in heard_presets(studio, all_scenes(), named):
            presets.append(line)
            cells.append(cell)
        for name, scene in all_scenes().items():
            heard = play(scene, sounds.setting(SCENE_RATE), SECONDS, lambda job: sounds.sound_of(studio, job))
            scene_lines.append(scene_line(name, scene, heard, presets))
            pictures.append(Cell(picture_of(heard.sound), name, f"{scene_lines[-1].lufs:.1f} LUFS"))
            told(name, f"{scene_lines[-1].lufs:.1f} LUFS, limiter {heard.reduced_db:.1f} dB")
    order = sorted(range(len(cells)), key=lambda at: CHUNKS.index(presets[at].preset.category))
    write_whole(folder / "presets.png", sheet([cells[at] for at in order], *PRESET_SHEET))
    write_whole(folder / "scenes.png", sheet(pictures, *SCENE_SHEET))
    write_whole(folder / "presets.md", page(scene_lines, presets).encode())


def all_scenes() -> dict[str, Scene]:
    """By name."""
    return {listing.name: load_scene(listing.name, paths=False) for listing in list_scenes()}


def heard_presets(studio: Studio, scenes: dict[str, Scene], named: Named | None) -> Iterator[tuple[PresetLine, Cell]]:
    """Every preset, measured and pictured."""
    for listing in list_presets():
        preset = load_preset(listing.name, paths=False)
        home = sounds.home_of(preset, scenes)
        job = sounds.job_of(preset, home)
        found, picture = ear.listen(sounds.sound_of(studio, job), job, named)
        told(listing.name, f"{found.lufs:.1f} LUFS, seam {found.seam:.2f}")
        key = "" if found.in_key is None else f", key {100 * found.in_key:.0f} %"
        cell = Cell(picture, listing.name, f"{found.lufs:.0f} LUFS{key}")
        yield PresetLine(listing.name, preset, sounds.place_of(home), found), cell


def scene_line(name: str, scene: Scene, heard: Heard, presets: list[PresetLine]) -> SceneLine:
    """What is said of a scene."""
    by_words = {line.preset.values["prompt/a"]: line.name for line in presets}
    names = [by_words.get(scene.values[f"/deck/{deck}/prompt/a"], "-") for deck in DECKS]
    key = parse_key(sounds.key_of(scene))
    in_key = tonality.in_key(tonality.chroma(picture_of(heard.tonal)), key.tonic, key.mode)
    level, peak = integrated(heard.sound, SCENE_RATE), ear.peak_db(heard.sound)
    return SceneLine(name, scene, names, level, peak, heard.reduced_db, heard.limited, in_key, heard.decks)


def told(*words: str) -> None:
    """Say how far it is."""
    click.echo(" ".join(words))


def picture_of(sound: sounds.Samples) -> ear.Picture:
    """Spectrogram uint8 (512, 1024) of a sound (frames, 2)."""
    mono = torch.from_numpy(np.ascontiguousarray(sound.mean(axis=1)))[None]
    mel = analyse(mono, SCENE_RATE, EMBEDDED, COLUMNS, circular=False)
    picture: ear.Picture = (encode(mel, EMBEDDED)[0] * 255.0 + 0.5).to(torch.uint8).numpy()
    return picture


def choose_seeds(names: list[str], count: int, named: Named | None) -> None:
    """Render each preset with its own seed and ``count`` others, and write the best into its file."""
    scenes = all_scenes()
    with Studio() as studio:
        for name in names or [listing.name for listing in list_presets()]:
            preset = load_preset(name, paths=False)
            job = sounds.job_of(preset, sounds.home_of(preset, scenes))

            def points(seed: int, preset: Preset = preset, job: Job = job) -> float:
                return choose.score(ear.listen(sounds.sound_of(studio, replace(job, seed=seed)), job, named)[0], preset)

            others = range(FIRST_SEED, FIRST_SEED + count * SEED_STEP, SEED_STEP)
            seed, found = choose.best(dict.fromkeys([job.seed, *others]), points)
            choose.keep_seed(preset.source, seed)
            told(name, str(seed), f"{found:.2f}")


if __name__ == "__main__":
    main()
