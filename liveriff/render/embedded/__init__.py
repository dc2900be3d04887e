"""The model that comes with liveriff: small enough for a CPU, made for loops on the beat grid. No torch here."""

from __future__ import annotations

from liveriff import __version__
from liveriff.params.words import CHUNKS, HITS
from liveriff.render.backend import PATHS, BackendFactory, BackendInfo
from liveriff.render.embedded.weights import checked_manifest

BEATS = (4, 8, 16)
_DEAF = ("strength", "source")


def describe() -> BackendInfo:
    """What is known of it, its weights being there and whole; ModelError otherwise."""
    return BackendInfo(
        name="embedded",
        version=f"{__version__}-{checked_manifest().version}",  # the sampler makes the sound as much as the weights do
        title="liveriff embedded",
        licence="MIT",
        sample_rate=None,
        channels=2,
        beats=BEATS,
        categories=CHUNKS,
        one_shots=HITS,
        honours=frozenset(path for field, path in PATHS.items() if field not in _DEAF),
    )


BACKEND = BackendFactory("embedded", describe, "liveriff.render.embedded.backend:Embedded")
