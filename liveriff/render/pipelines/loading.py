"""A checkpoint's pipeline, read from its folder. Imports diffusers.

Only safetensors are read, nothing is downloaded (``render.hub``), and no code that a checkpoint brings along is run.
"""

from __future__ import annotations

from typing import Any

import torch

from liveriff.errors import ModelError
from liveriff.render.hub import weights_in
from liveriff.render.libraries import half_only, quiet, sentences
from liveriff.render.pipelines.card import AUDIOLDM, AUDIOLDM_2, MUSICLDM, STABLE, STABLE_3, Card
from liveriff.render.pipelines.ldm import Ldm
from liveriff.render.pipelines.options import Options
from liveriff.render.pipelines.request import Family
from liveriff.render.pipelines.stable import StableAudio
from liveriff.render.pipelines.stable3 import StableAudio3

_DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
_FAST = ("transformer", "unet", "vae", "vocoder")
"""Parts in the chosen precision. Text encoders stay in float32: T5's overflow in float16, and they are asked once."""

_FAMILIES: dict[str, Any] = {
    STABLE: StableAudio,
    STABLE_3: StableAudio3,
    AUDIOLDM: Ldm,
    AUDIOLDM_2: Ldm,
    MUSICLDM: Ldm,
}


def load(card: Card, options: Options, device: str) -> Family:
    """The pipeline on a device, ready; ModelError with one sentence where it cannot be."""
    dtype = dtype_of(options.dtype, device)
    with sentences(str(card.folder)), quiet():
        pipe = _pipeline(card)
    try:
        for name, part in pipe.components.items():
            if isinstance(part, torch.nn.Module):
                part.eval().requires_grad_(False)
                torch.nn.Module.to(part, device=device, dtype=dtype if name in _FAST else torch.float32)
    except (RuntimeError, AssertionError) as error:
        raise ModelError(f"the model cannot run on {device!r}: {str(error).splitlines()[0]}.") from error
    family: Family = _FAMILIES[card.family](pipe, card, options, dtype)
    return family


def _pipeline(card: Card) -> Any:
    import diffusers

    weights_in(card.folder)  # says so where there are only pickles
    kind = getattr(diffusers, f"{card.family}Pipeline", None)
    if kind is None:
        raise ModelError(f"{card.family} is not in diffusers {diffusers.__version__}; install a newer one.")
    more: dict[str, Any] = {}
    if card.family == STABLE:
        more["scheduler"] = (
            None  # the published one needs the package torchsde; only its settings are wanted, see there
        )
    return kind.from_pretrained(
        card.folder,
        local_files_only=True,
        use_safetensors=True,
        **half_only(card.folder),
        **more,
    )


def dtype_of(wanted: str, device: str) -> torch.dtype:
    """Half precision on CUDA, else float32, unless told otherwise: on Apple's chips float16 comes out as noise."""
    if wanted == "auto":
        return torch.float16 if device.startswith("cuda") else torch.float32
    return _DTYPES[wanted]
