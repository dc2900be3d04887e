"""The three nets together: from a job's settings to latents and pictures. Training evaluates with it too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from liveriff.errors import ModelError
from liveriff.render.embedded.codec import Codec
from liveriff.render.embedded.conditions import Conditions, collate
from liveriff.render.embedded.sampler import flow
from liveriff.render.embedded.text import TextEncoder
from liveriff.render.embedded.unet import Unet
from liveriff.render.embedded.weights import FOLDER, PARTS, checked_manifest, write_manifest

GUIDED = 0.25
"""Time down to which guidance is worth its second evaluation (after Kynkäänniemi et al., 2024)."""


@dataclass(eq=False)
class Model:
    """Codec, generator and text encoder."""

    codec: Codec
    unet: Unet
    text: TextEncoder

    @property
    def latent_shape(self) -> tuple[int, int]:
        """Channels and rows of latents."""
        return tuple(self.codec.mean.shape)

    def to(self, device: str) -> Model:
        """On a device, in float32, ready to be used."""
        for net in (self.codec, self.unet, self.text):
            nn.Module.to(net, device, torch.float32)
        return self

    def told(self, text: Tensor, rows: list[Conditions]) -> Tensor:
        """Vectors (2 n, inner) of n prompts' vectors (n, width) and conditions, then n without any of them."""
        batch = collate(rows)
        free = batch.without(torch.ones(len(rows), dtype=torch.bool))
        both = type(batch)(*(part.to(text.device) for part in batch.joined(free).parts))
        vectors: Tensor = self.unet.condition(torch.cat((text, torch.zeros_like(text))), both)
        return vectors

    def sample(
        self,
        start: Tensor,
        told: Tensor,
        guidance: float,
        steps: int,
        before: Callable[[int], None],
        seen: Callable[[Tensor], None] | None = None,
    ) -> Tensor:
        """Normalised latents (n, channels, rows, columns) from noise of that shape; guidance 1 is none; ``before`` and
        ``seen`` as in ``flow``."""
        count = len(start)

        def velocity(x: Tensor, t: float) -> Tensor:
            if guidance == 1.0 or t < GUIDED:
                plain: Tensor = self.unet(x, x.new_full((count,), t), told[:count])
                return plain
            bound, free = self.unet(torch.cat((x, x)), x.new_full((2 * count,), t), told).chunk(2)
            pushed: Tensor = free + guidance * (bound - free)
            return pushed

        return flow(velocity, start, steps, before, 0.0 if guidance == 1.0 else GUIDED, seen)


def untrained(seed: int = 0) -> Model:
    """Nets of random weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Model(Codec(), Unet(), TextEncoder())


def load(folder: Path = FOLDER) -> Model:
    """The model of a folder, in float32 on the CPU; ModelError if a file is missing or broken."""
    checked_manifest(folder)
    options = {"use_safetensors": True, "low_cpu_mem_usage": False, "local_files_only": True}
    makers = (Codec, Unet, TextEncoder)
    try:
        nets = [maker.from_pretrained(folder / part, **options) for maker, part in zip(makers, PARTS, strict=True)]
    except (OSError, RuntimeError, ValueError, TypeError) as error:
        raise ModelError(f"the embedded model in {folder} does not fit this version of liveriff: {error}.") from error
    return Model(*(net.float().eval() for net in nets))


def save(model: Model, folder: Path, notes: dict[str, object]) -> str:
    """Write the model in half precision; its version."""
    nets: tuple[Any, ...] = (model.codec, model.unet, model.text)
    for part, net in zip(PARTS, nets, strict=True):
        half = type(net).from_config(net.config)
        half.load_state_dict(net.state_dict())
        nn.Module.half(half)
        half.save_pretrained(folder / part, safe_serialization=True)
    return write_manifest(folder, notes).version
