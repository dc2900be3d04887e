"""Riffusion: Stable Diffusion 1.x on spectrogram pictures, played on the beat. No torch here."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

from liveriff import __version__
from liveriff.errors import UsageError
from liveriff.params.words import CHUNKS, HITS
from liveriff.render.backend import PATHS, BackendFactory, BackendInfo
from liveriff.render.checkpoints import Checkpoint, table
from liveriff.render.hub import fingerprint, licence_of, locate
from liveriff.render.riffusion.options import EMBEDDED, Options, options_of

NAME = "riffusion"
MODEL = "riffusion/riffusion-model-v1"
BEATS = (4, 8, 16)
_OWN = (
    *("alpha", "prompt_a", "prompt_b", "negative", "category", "seed", "seed_drift"),
    *("guidance", "steps", "strength", "source"),
)
_INHERITED = ("tonic", "mode", "density", "brightness")
_STEPS, _GUIDANCE = 25, 7.0
_FEW = ("lcm", "tcd")
"""Schedulers of few steps, whose networks have guidance in their weights."""
_FEW_STEPS, _NO_GUIDANCE = 4, 1.0
_TARGET = "liveriff.render.riffusion.backend:Riffusion"


def default() -> Checkpoint:
    """What the bare name stands for: the entry of that name in models.yaml, or Riffusion's own checkpoint."""
    return table().get(NAME) or Checkpoint(NAME, NAME, MODEL)


def describe(checkpoint: Checkpoint | None = None) -> BackendInfo:
    """What is known of a checkpoint before it is loaded; ModelError where it is not on this machine."""
    chosen = checkpoint or default()
    options = options_of(chosen.options, chosen.name)
    place, few = locate(chosen.model), options.scheduler in _FEW
    layout_channels = 2 if options.layout.startswith("stereo") else 1
    return BackendInfo(
        name=chosen.name,
        version=f"{__version__}-{fingerprint(place, _settings(options))}",
        title=chosen.title or f"Riffusion ({place.name if chosen.model != MODEL else 'v1'})",
        licence=chosen.licence or licence_of(place) or "unknown: see where it came from",
        sample_rate=None,
        channels=layout_channels,
        beats=BEATS,
        categories=_known(chosen.categories, CHUNKS, chosen.name),
        one_shots=_known(chosen.one_shots, HITS, chosen.name),
        honours=frozenset(PATHS[field] for field in honoured(options)),
        default_steps=options.steps or (_FEW_STEPS if few else _STEPS),
        default_guidance=_NO_GUIDANCE if few else _GUIDANCE,
        seeded=bool(options.seed_image),
    )


def honoured(options: Options) -> tuple[str, ...]:
    """Fields of a job that matter; key, density and brightness come in through a seed picture of the embedded model."""
    return (*_OWN, *_INHERITED) if options.seed_image == EMBEDDED else _OWN


def _settings(options: Options) -> str:
    """The options that make the sound, as a text for the version."""
    return json.dumps(vars(options), sort_keys=True, default=vars)


def _known(wanted: tuple[str, ...] | None, all_of_them: tuple[str, ...], model: str) -> tuple[str, ...]:
    if wanted is None:
        return all_of_them
    for category in wanted:
        if category not in all_of_them:
            known = ", ".join(all_of_them)
            raise UsageError(f"the model {model!r} names a category {category!r}; there are {known}.")
    return wanted


def variant(checkpoint: Checkpoint) -> BackendFactory:
    """The factory of one checkpoint; without a model of its own it is the usual one, told more."""
    if not checkpoint.model:
        usual = default()
        checkpoint = replace(usual, name=checkpoint.name, options={**usual.options, **checkpoint.options})
    return BackendFactory(checkpoint.name, partial(describe, checkpoint), _TARGET, (checkpoint,))


BACKEND = BackendFactory(NAME, describe, _TARGET, variant=variant)
