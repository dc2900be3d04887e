"""Checkpoints of random weights in the true formats: what speed and memory are measured on where no model is at hand.

They sound like noise. `small` ones are made in a second; `full` ones have the size of the published model. Written by
the libraries' own save functions, read through the public path (``riffusion:FOLDER``). Imports torch when one is made.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from liveriff.errors import ModelError

_MAKERS = {
    "riffusion": "liveriff.render.specimens.pictures:stable_diffusion",
    "dance": "liveriff.render.specimens.waves:dance_diffusion",
    "stable-audio": "liveriff.render.specimens.stable:stable_audio",
    "stable-audio-3": "liveriff.render.specimens.stable:stable_audio_3",
    "audioldm": "liveriff.render.specimens.ldm:audioldm",
    "audioldm2": "liveriff.render.specimens.ldm:audioldm2",
    "musicldm": "liveriff.render.specimens.ldm:musicldm",
}
KINDS = tuple(_MAKERS)
BACKENDS = {"riffusion": "riffusion", "dance": "dance"}
"""Which backend reads a kind; `pipelines` where none is named."""


def backend_of(kind: str) -> str:
    """The backend that plays a kind."""
    return BACKENDS.get(kind, "pipelines")


def make(kind: str, folder: Path, full: bool = False, seed: int = 0) -> Path:
    """Write a checkpoint of random weights, the same every time; its folder. ModelError where packages are missing."""
    module, _, name = _MAKERS[kind].partition(":")
    try:
        import torch

        maker = cast(Callable[[Path, bool], Any], getattr(importlib.import_module(module), name))
        with torch.random.fork_rng(devices=()):
            torch.manual_seed(seed)
            maker(folder, full)
    except ImportError as error:
        raise ModelError(f"a {kind} checkpoint needs more packages: install liveriff[models] ({error}).") from error
    return folder
