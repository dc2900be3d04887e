"""The model that comes with liveriff: small enough for a CPU, made for loops on the beat grid. No torch here."""

from __future__ import annotations

from pathlib import Path

from liveriff import __version__
from liveriff.params.words import CHUNKS, HITS
from liveriff.render.backend import PATHS, BackendFactory, BackendInfo
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


BACKEND = BackendFactory("embedded", describe, "liveriff.render.embedded.backend:Embedded")
