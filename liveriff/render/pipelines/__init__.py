"""Text-to-audio pipelines of diffusers: Stable Audio Open and 3, AudioLDM, AudioLDM 2, MusicLDM. No torch here.

A model is one checkpoint in diffusers format: ``pipelines:FOLDER``, ``pipelines:owner/name``, a name in models.yaml, or
plain ``pipelines`` for the entry of that name, else Stable Audio Open.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

from liveriff import __version__
from liveriff.errors import UsageError
from liveriff.params.words import CHUNKS, HITS
from liveriff.render.backend import PATHS, BackendFactory, BackendInfo
from liveriff.render.checkpoints import Checkpoint, table
from liveriff.render.hub import fingerprint, licence_of
from liveriff.render.pipelines.card import Card, card_of
from liveriff.render.pipelines.options import Options, options_of

NAME = "pipelines"
MODEL = "stabilityai/stable-audio-open-1.0"
BEATS = (4, 8, 16)
_ALL = (
    *("alpha", "prompt_a", "prompt_b", "category", "seed", "seed_drift", "tonic", "mode", "steps"),
    *("strength", "source"),
)
_GUIDED = ("guidance", "negative")
_TARGET = "liveriff.render.pipelines.backend:Pipelines"


def default() -> Checkpoint:
    """What the bare name stands for: the entry of that name in models.yaml, or Stable Audio Open."""
    return table().get(NAME) or Checkpoint(NAME, NAME, MODEL)


def describe(checkpoint: Checkpoint | None = None) -> BackendInfo:
    """What is known of a checkpoint before it is loaded; ModelError where it is not here or of no known kind."""
    chosen = checkpoint or default()
    card = card_of(chosen)
    options = options_of(chosen.options, chosen.name)
    return BackendInfo(
        name=chosen.name,
        version=f"{__version__}-{fingerprint(card.folder, _settings(options))}",
        title=chosen.title or card.title(chosen.model),
        licence=chosen.licence or licence_of(card.folder) or "unknown: see where it came from",
        sample_rate=None,
        channels=card.channels,
        beats=BEATS,
        categories=_known(chosen.categories, CHUNKS, chosen.name),
        one_shots=_known(chosen.one_shots, HITS, chosen.name),
        honours=frozenset(PATHS[field] for field in honoured(card) if field in PATHS),
        default_steps=options.steps or card.steps,
        default_guidance=card.guidance,
    )


def honoured(card: Card) -> tuple[str, ...]:
    """Fields of a job that matter; distilled models have their guidance in the weights."""
    return _ALL if card.distilled else (*_ALL, *_GUIDED)


def _settings(options: Options) -> str:
    """The options, as a text for the version."""
    return json.dumps(vars(options), sort_keys=True)


def _known(wanted: tuple[str, ...] | None, all_of_them: tuple[str, ...], model: str) -> tuple[str, ...]:
    for category in wanted or ():
        if category not in all_of_them:
            known = ", ".join(all_of_them)
            raise UsageError(f"the model {model!r} names a category {category!r}; there are {known}.")
    return all_of_them if wanted is None else wanted


def variant(checkpoint: Checkpoint) -> BackendFactory:
    """The factory of one checkpoint; without a model of its own it is the usual one, told more."""
    if not checkpoint.model:
        usual = default()
        checkpoint = replace(usual, name=checkpoint.name, options={**usual.options, **checkpoint.options})
    return BackendFactory(checkpoint.name, partial(describe, checkpoint), _TARGET, (checkpoint,))


BACKEND = BackendFactory(NAME, describe, _TARGET, variant=variant)
