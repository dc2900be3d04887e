"""What the settings of a checkpoint in diffusers format say: which pipeline, rate, channels, lengths. No torch."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from liveriff.errors import ModelError
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.hub import locate
from liveriff.render.libraries import gist

INDEX = "model_index.json"
STABLE, STABLE_3, AUDIOLDM, AUDIOLDM_2, MUSICLDM = "StableAudio", "StableAudio3", "AudioLDM", "AudioLDM2", "MusicLDM"
CLASSES = {
    "StableAudioPipeline": STABLE,
    "StableAudio3Pipeline": STABLE_3,
    "StableAudio3AudioToAudioPipeline": STABLE_3,
    "StableAudio3InpaintPipeline": STABLE_3,
    "AudioLDMPipeline": AUDIOLDM,
    "AudioLDM2Pipeline": AUDIOLDM_2,
    "MusicLDMPipeline": MUSICLDM,
}
_TITLES = {
    STABLE: "Stable Audio Open",
    STABLE_3: "Stable Audio 3",
    AUDIOLDM: "AudioLDM",
    AUDIOLDM_2: "AudioLDM 2",
    MUSICLDM: "MusicLDM",
}
_LIBRARIES = ("diffusers", "transformers", "stable_audio", "stable_audio_3", "audioldm2", "audioldm", "musicldm")
_STEPS, _DISTILLED_STEPS = 50, 8
_GUIDANCE = {STABLE: 7.0, STABLE_3: 1.0, AUDIOLDM: 2.5, AUDIOLDM_2: 3.5, MUSICLDM: 2.0}
"""What diffusers plays each family with where nobody says otherwise."""
_TRAINED_TIMES = 2  # of what U-Nets over spectrograms are trained with; beyond, they repeat themselves


@dataclass(frozen=True)
class Card:
    """folder: of the checkpoint; family: one of the names above; rate: frames a second; channels: 1 or 2; unit: frames
    that a column of latents stands for; columns: the most that are made at once; distilled: few steps, no guidance.
    """

    folder: Path
    family: str
    rate: int
    channels: int
    unit: int
    columns: int
    distilled: bool = False

    @property
    def most(self) -> int:
        """Frames that are made at once at most."""
        return self.unit * self.columns

    @property
    def steps(self) -> int:
        """How many steps are good."""
        return _DISTILLED_STEPS if self.distilled else _STEPS

    @property
    def guidance(self) -> float:
        """How much guidance is good; 1 is none."""
        return 1.0 if self.distilled else _GUIDANCE[self.family]

    def title(self, model: str) -> str:
        """For screens: the family, and which of it."""
        which = model.rpartition("/")[2] if "/snapshots/" in str(self.folder) else self.folder.name
        return f"{_TITLES[self.family]} ({which})"


def card_of(checkpoint: Checkpoint) -> Card:
    """The card of a checkpoint's folder; ModelError if it is none that can be played."""
    place = locate(checkpoint.model)
    if not (place / INDEX).is_file():
        raise ModelError(f"{place} is no pipeline of diffusers: it has no {INDEX}.")
    index = _json(place / INDEX)
    family = CLASSES.get(str(index.get("_class_name")))
    if family is None:
        known = ", ".join(dict.fromkeys(_TITLES.values()))
        raise ModelError(f"{place} is a {index.get('_class_name')}, which cannot be played; {known} can.")
    _check(index, place)
    try:
        return _checked(_card(place, family))
    except (KeyError, TypeError, ValueError, IndexError, ArithmeticError, AttributeError) as error:
        raise ModelError(f"the settings in {place} are not those of a {family} checkpoint ({error!r:.200}).") from error


def scheduler_of(place: Path) -> dict[str, Any]:
    """The settings of a checkpoint's scheduler."""
    return _json(place / "scheduler" / "scheduler_config.json")


def _check(index: dict[str, Any], place: Path) -> None:
    """ModelError for parts that are missing, or bring their own code along: it would be run."""
    parts = {name: kind[0] for name, kind in index.items() if isinstance(kind, list) and kind and kind[0] is not None}
    for name, library in parts.items():
        if library not in _LIBRARIES:
            raise ModelError(f"{place}: {name} wants code of its own ({library}), which is not run here.")
        if not os.path.isdir(place / name):  # pathlib's raises for a name that no system takes
            raise ModelError(f"{place} is not whole: it has no {name[:100]}.")


def _card(place: Path, family: str) -> Card:
    if family == STABLE:
        vae, net = _json(place / "vae" / "config.json"), _json(place / "transformer" / "config.json")
        unit = _product(vae["downsampling_ratios"])
        return Card(place, family, int(vae["sampling_rate"]), int(vae["audio_channels"]), unit, int(net["sample_size"]))
    if family == STABLE_3:
        return _third(place)
    voice, vae = _json(place / "vocoder" / "config.json"), _json(place / "vae" / "config.json")
    unit = _product(voice["upsample_rates"]) * 2 ** (len(vae["block_out_channels"]) - 1)
    columns = _TRAINED_TIMES * int(_json(place / "unet" / "config.json")["sample_size"])
    return Card(place, family, int(voice["sampling_rate"]), 1, unit, columns)


def _product(factors: list[int]) -> int:
    if not all(isinstance(factor, int) for factor in factors):
        raise TypeError(f"factors {factors!r:.60}")
    return prod(factors)


def _checked(card: Card) -> Card:
    """Itself; ValueError for numbers that no sound can have."""
    bounds = {"rate": (1000, 384_000), "channels": (1, 2), "unit": (1, 1 << 20), "columns": (1, 1 << 20)}
    for name, (least, most) in bounds.items():
        if not least <= getattr(card, name) <= most:
            raise ValueError(f"{name} {getattr(card, name)}")
    return card


def _third(place: Path) -> Card:
    vae, duration = _json(place / "vae" / "config.json"), _json(place / "duration_embedder" / "config.json")
    noise = scheduler_of(place)
    rate, unit = int(vae["sampling_rate"]), int(vae["patch_size"]) * _product(vae["encoder_strides"])
    columns = int(float(duration["max_val"]) * rate / unit)
    distilled = bool(noise.get("stochastic_sampling"))
    return Card(place, STABLE_3, rate, int(vae["audio_channels"]), unit, columns, distilled)


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read: {gist(error)}.") from error
    if not isinstance(found, dict):
        raise ModelError(f"{path} holds no settings.")
    return found
