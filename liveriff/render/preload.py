"""Imported by the forkserver before it forks renderers: torch, diffusers and the backend that always plays.

Only imports: a tensor operation could start threads, and threads do not survive a fork.
"""

from __future__ import annotations

import contextlib
import importlib

_MODULES = (
    "numpy",
    "torch",
    "safetensors.torch",
    "diffusers.configuration_utils",
    "diffusers.models.modeling_utils",
    "liveriff.render.spectrogram",
    "liveriff.render.worker",
    "liveriff.render.testtone",
    "liveriff.render.embedded.backend",
)

for _name in _MODULES:
    with contextlib.suppress(Exception):  # a renderer that needs a broken module says so itself, in its own process
        importlib.import_module(_name)
