"""The model that comes with liveriff: small enough for a CPU, made for loops on the beat grid. No torch here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from liveriff import __version__
from liveriff.errors import UsageError
from liveriff.params.words import CHUNKS, HITS
from liveriff.render.backend import PATHS, BackendFactory, BackendInfo
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.embedded.weights import FOLDER, checked_manifest

BEATS = (4, 8, 16)
STEPS = 4
"""What a distilled generator needs for a good picture."""


def describe(folder: Path = FOLDER) -> BackendInfo:
    """What is known of it, the weights in ``folder`` being there and whole; ModelError otherwise."""
    return BackendInfo(
        name="embedded",
        version=f"{__version__}-{checked_manifest(folder).version}",  # the sampler makes the sound as the weights do
        title="liveriff embedded",
        licence="MIT",
        sample_rate=None,
        channels=2,
        beats=BEATS,
        categories=CHUNKS,
        one_shots=HITS,
        honours=frozenset(PATHS.values()),
        default_steps=STEPS,
    )


def describe_own(checkpoint: Checkpoint) -> BackendInfo:
    """What is known of weights that somebody trained; UsageError for options, of which there are none."""
    if checkpoint.options:
        raise UsageError(f"the model {checkpoint.name!r}: the embedded model has no options.")
    folder = folder_of(checkpoint)
    return replace(
        describe(folder),
        name=checkpoint.name,
        title=checkpoint.title or f"liveriff {folder.name}",
        licence=checkpoint.licence or "that of its sounds",
        categories=CHUNKS if checkpoint.categories is None else checkpoint.categories,
        one_shots=HITS if checkpoint.one_shots is None else checkpoint.one_shots,
    )


def folder_of(checkpoint: Checkpoint) -> Path:
    """The folder of weights that a name stands for."""
    return Path(checkpoint.model).expanduser() if checkpoint.model else FOLDER


def variant(checkpoint: Checkpoint) -> BackendFactory:
    """The factory of weights in another folder, as ``liveriff train export --to FOLDER`` writes them."""
    return BackendFactory(checkpoint.name, lambda: describe_own(checkpoint), _TARGET, (checkpoint,))


_TARGET = "liveriff.render.embedded.backend:Embedded"
BACKEND = BackendFactory("embedded", describe, _TARGET, variant=variant)
