"""The nets together: from a job's settings to latents and pictures. Training evaluates with it too."""

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
from liveriff.render.embedded.sampler import Velocity, flow, times
from liveriff.render.embedded.text import TextEncoder
from liveriff.render.embedded.unet import Unet
from liveriff.render.embedded.vocoder import Vocoder
from liveriff.render.embedded.weights import FOLDER, checked_manifest, has_part, write_manifest

GUIDED = 0.25
"""Time down to which a teacher's guidance is worth its second evaluation (after Kynkäänniemi et al., 2024)."""

MOST_STEPS = 16
"""More do not make a picture better; a student has never seen shorter ones."""

_MAKERS: dict[str, Any] = {"codec": Codec, "unet": Unet, "text": TextEncoder, "vocoder": Vocoder}


@dataclass(frozen=True, eq=False)
class Told:
    """What n pictures are told. bound (n, inner): their conditions' vectors; free (n, inner): those of the negative
    prompts and nothing else; negative (n, text): the negative prompts' own vectors."""

    bound: Tensor
    free: Tensor
    negative: Tensor


@dataclass(frozen=True, eq=False)
class Known:
    """Columns that are given: latents (n, channels, rows, columns), and ``columns`` (n, columns), true where they
    hold. What is made between them fits them, and comes back with exactly these."""

    latents: Tensor
    columns: Tensor

    @property
    def told(self) -> Tensor:
        """As the generator reads it: (n, channels + 1, rows, columns), see ``Unet.forward``."""
        kept = self.columns[:, None, None].to(self.latents.dtype)
        return torch.cat((self.latents * kept, kept.expand(-1, -1, self.latents.shape[2], -1)), dim=1)

    def restored(self, made: Tensor) -> Tensor:
        """``made`` with the columns that were given."""
        return torch.where(self.columns[:, None, None], self.latents, made)


@dataclass(eq=False)
class Model:
    """Codec, generator, text encoder, and the vocoder if there is one."""

    codec: Codec
    unet: Unet
    text: TextEncoder
    vocoder: Vocoder | None = None

    @property
    def latent_shape(self) -> tuple[int, int]:
        """Channels and rows of latents."""
        return tuple(self.codec.mean.shape)

    @property
    def nets(self) -> dict[str, Any]:
        """By the names of their folders."""
        return {name: net for name in _MAKERS if (net := getattr(self, name)) is not None}

    def to(self, device: str) -> Model:
        """On a device, in float32, ready to be used; the vocoder makes its sound on the CPU."""
        for name, net in self.nets.items():
            nn.Module.to(net, "cpu" if name == "vocoder" else device, torch.float32).eval()
        return self

    def halve(self) -> Model:
        """The same in bfloat16 wherever that rounds nothing that is heard; for playing, not for training."""
        for net in (self.codec, self.unet, self.vocoder):
            if net is not None:
                net.halve()
        return self

    def told(self, text: Tensor, rows: list[Conditions], negative: Tensor | None = None) -> Told:
        """n prompts' vectors (n, width) with their conditions, against negative prompts' vectors (n, width) or none."""
        batch = collate(rows).to(text.device)
        against = torch.zeros_like(text) if negative is None else negative
        nothing = batch.without(torch.ones(len(rows), dtype=torch.bool, device=text.device))
        return Told(self.unet.condition(text, batch), self.unet.condition(against, nothing), against)

    def sample(
        self,
        start: Tensor,
        told: Told,
        guidance: float | Tensor,
        steps: int,
        before: Callable[[int], None],
        seen: Callable[[Tensor], None] | None = None,
        known: Known | None = None,
        begin: float = 1.0,
    ) -> Tensor:
        """Normalised latents (n, channels, rows, columns) from latents of that shape at time ``begin``, 1 being noise.

        guidance: one for all, or (n,); 1 is none. steps: at most ``MOST_STEPS`` are made. before, seen: see ``flow``.
        """
        if begin <= 0.0:
            return start
        strength = torch.as_tensor(guidance, dtype=start.dtype, device=start.device).expand(len(start))
        course = times(min(steps, MOST_STEPS), begin)
        given = None if known is None else known.told
        if self.unet.config.student:
            made = flow(self._stepping(told, strength, given), start, course, before, None, seen)
        else:
            jump = 0.0 if bool((strength == 1.0).all()) else GUIDED
            made = flow(guided(self.unet, told, strength, given), start, course, before, jump, seen)
        return made if known is None else known.restored(made)

    def _stepping(self, told: Told, strength: Tensor, known: Tensor | None) -> Velocity:
        """The student's mean velocity over a step: one evaluation, guidance included."""
        condition = self.unet.guided(told.bound, strength, told.negative)

        def velocity(x: Tensor, t: float, s: float) -> Tensor:
            now, then = (x.new_full((len(x),), time) for time in (t, s))
            out: Tensor = self.unet(x, now, condition, known, then)
            return out

        return velocity


def guided(unet: Unet, told: Told, strength: Tensor, known: Tensor | None) -> Velocity:
    """A teacher's velocity with classifier-free guidance (Ho & Salimans, 2022): two evaluations where it guides."""
    both = torch.cat((told.bound, told.free))
    twice = None if known is None else torch.cat((known, known))
    plain_only = bool((strength == 1.0).all())

    def velocity(x: Tensor, t: float, s: float) -> Tensor:
        if plain_only or t < GUIDED:
            plain: Tensor = unet(x, x.new_full((len(x),), t), told.bound, known)
            return plain
        bound, free = unet(torch.cat((x, x)), x.new_full((2 * len(x),), t), both, twice).chunk(2)
        pushed: Tensor = free + strength[:, None, None, None] * (bound - free)
        return pushed

    return velocity


def untrained(seed: int = 0, text: TextEncoder | None = None) -> Model:
    """Nets of random weights, also where training begins with zeros, so that all that is told has an effect.

    text: an encoder that knows words; without one, no prompt means anything.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Model(Codec(), Unet(student=True), TextEncoder() if text is None else text)
        for parameter in model.unet.parameters():
            if not parameter.any():
                nn.init.normal_(parameter, std=0.02)
    return model


def load(folder: Path = FOLDER) -> Model:
    """The model of a folder, in float32 on the CPU; ModelError if a file is missing or broken."""
    checked_manifest(folder)
    there = [name for name in _MAKERS if name != "vocoder" or has_part(name, folder)]
    try:
        nets = {name: _MAKERS[name].from_pretrained(folder / name) for name in there}
    except (OSError, RuntimeError, ValueError, TypeError) as error:
        raise ModelError(f"the embedded model in {folder} does not fit this version of liveriff: {error}.") from error
    return Model(**nets).to("cpu")


def save(model: Model, folder: Path, notes: dict[str, object]) -> str:
    """Write the model in half precision; its version."""
    for name, net in model.nets.items():
        half = type(net).from_config(net.config)
        half.load_state_dict(net.state_dict())
        nn.Module.half(half)
        half.save_pretrained(folder / name)
    return write_manifest(folder, notes).version
