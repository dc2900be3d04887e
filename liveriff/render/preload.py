"""Imported by the forkserver before it forks renderers: torch and the backend that always plays.

Only imports: a tensor operation could start threads, and threads do not survive a fork. Not diffusers, which only the
other backends need: it is as large as all of the embedded model's part.
"""

from __future__ import annotations

import contextlib
import importlib

from liveriff.wire.frugal import settle

_MODULES = (
    "numpy",
    "torch",
    "safetensors.torch",
    "liveriff.render.spectrogram",
    "liveriff.render.worker",
    "liveriff.render.testtone",
    "liveriff.render.embedded.backend",
)

for _name in _MODULES:
    with contextlib.suppress(Exception):  # a renderer that needs a broken module says so itself, in its own process
        importlib.import_module(_name)

settle(idle=("libtorch", "libopenblas", "scipy_openblas"))  # the server itself runs none of it
