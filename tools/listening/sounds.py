"""What a preset sounds like on its own: its job, in the tempo and key of a scene that it suits, and the samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from liveriff.engine.scenes import DEFAULT, Scene, load_scene
from liveriff.engine.scenes_presets import Preset, apply_preset
from liveriff.engine.wishes import Setting, job_for
from liveriff.params.registry import Registry
from liveriff.render.catalog import find
from liveriff.render.offline import Studio
from liveriff.wire.job import Job

RATE = 44100
PLACE = ("/tempo/bpm", "/key/tonic", "/key/mode")
Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """Tempo and key that a preset is heard in, and the scene that has them."""

    scene: str
    bpm: float
    key: str


def home_of(preset: Preset, scenes: Mapping[str, Scene]) -> str:
    """The scene that a preset was made for: one with a deck that plays it, else the one in whose bank its words stand
    first, else the default."""
    words = str(preset.values["prompt/a"])
    on_decks = (name for name, scene in scenes.items() if words in _deck_prompts(scene))
    banks = {name: scene.bank.get(preset.category, ()) for name, scene in scenes.items()}
    places = {name: bank.index(words) for name, bank in banks.items() if words in bank}
    return next(on_decks, min(places, key=lambda name: places[name], default=DEFAULT))


def _deck_prompts(scene: Scene) -> Sequence[object]:
    return [value for path, value in scene.values.items() if path.endswith("/prompt/a")]


def place_of(home: str) -> Place:
    """The tempo and key of a scene."""
    scene = load_scene(home, paths=False)
    return Place(home, float(str(scene.values["/tempo/bpm"])), key_of(scene))


def key_of(scene: Scene) -> str:
    """In words, such as "A minor"."""
    return " ".join(str(scene.values[path]) for path in PLACE[1:])


def job_of(preset: Preset, home: str, seed: int | None = None) -> Job:
    """The first chunk of a deck that is given the preset in a scene's tempo and key; ``seed`` in place of its own."""
    registry = Registry()
    apply_preset(preset, 1, registry)
    scene = load_scene(home, paths=False)
    registry.restore({path: scene.values[path] for path in PLACE}, "listening")
    job = job_for(registry, 1, 0, setting(RATE))
    return job if seed is None else replace(job, seed=seed)


def setting(rate: int) -> Setting:
    """What jobs of the embedded model share."""
    return Setting(rate, {"embedded": find("embedded").info().version})


def sound_of(studio: Studio, job: Job) -> Samples:
    """Samples (frames, 2) of a job."""
    return studio.render(job).samples
