"""A checkpoint in one safetensors file, as trainers and web sites pass them round. Imports diffusers.

The file holds weights only. The tokenizer's vocabulary, and settings that differ from Stable Diffusion 1.5's, come
from a diffusers folder or hub id that the option ``components`` names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from liveriff.errors import ModelError
from liveriff.render.hub import locate, weights_in

USUAL = ("riffusion/riffusion-model-v1", "stable-diffusion-v1-5/stable-diffusion-v1-5")
"""Where the parts that a file lacks are looked for when nothing is named."""


def from_file(path: Path, components: str) -> dict[str, Any]:
    """The parts of one file; ModelError says what is missing."""
    import diffusers

    weights_in(path)
    base = _components(path, components)
    settings = {"config": str(base), "local_files_only": True, "torch_dtype": None}
    pipe = diffusers.StableDiffusionPipeline.from_single_file(
        str(path), **settings, safety_checker=None, feature_extractor=None, image_encoder=None
    )
    names = ("unet", "vae", "text_encoder", "tokenizer", "scheduler")
    return {name: getattr(pipe, name) for name in names}


def _components(path: Path, named: str) -> Path:
    tried = (named,) if named else USUAL
    for name in tried:
        try:
            return locate(name)
        except ModelError:
            continue
    raise ModelError(
        f"{path.name} holds weights only: name a diffusers folder or hub id with a tokenizer by the option components "
        f"({' or '.join(tried)} is not on this machine)."
    )
