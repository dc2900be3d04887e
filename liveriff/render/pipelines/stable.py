"""Stable Audio Open (Evans et al., "Stable Audio Open", 2024): a transformer over the latents of a wave autoencoder.

Denoises only as many latents as the sound needs, unless it is told to make the ``whole`` length. Frames that are kept
are put back into every estimate (Song et al., "Score-based generative modeling", 2021, section 5.2): its pipeline in
diffusers cannot keep any.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from liveriff.render.backend import Tick
from liveriff.render.pipelines.card import Card, scheduler_of
from liveriff.render.pipelines.courses import Levels, dpmpp_2m, unseen
from liveriff.render.pipelines.options import Options
from liveriff.render.pipelines.request import Memory, Request, Seen, columns_for, filled, guided


@dataclass(frozen=True, eq=False)
class Told:
    """tokens: (n, words + 2, width); general: (n, 1, 2 width), the times alone. n 2 is (unwanted, wanted)."""

    tokens: Tensor
    general: Tensor


class StableAudio:
    """See the module."""

    def __init__(self, pipe: Any, card: Card, options: Options, dtype: torch.dtype) -> None:
        """``pipe`` is on its device, transformer and autoencoder in ``dtype``."""
        self._pipe, self._card, self._options, self._dtype = pipe, card, options, dtype
        self._words = Memory(self._encoded)
        noise = scheduler_of(card.folder)
        self._levels = Levels(
            float(noise["sigma_min"]), float(noise["sigma_max"]), noise.get("sigma_schedule", "exponential"),
            float(noise.get("rho", 7.0)),
        )  # fmt: skip
        self._data = float(noise.get("sigma_data", 1.0))

    @property
    def _device(self) -> Any:
        return self._pipe.device

    @torch.inference_mode()
    def paint(self, request: Request, tick: Tick, seen: Seen | None = None) -> Tensor:
        """Sound (channels, frames)."""
        channels = int(self._pipe.transformer.config["in_channels"])
        columns = self._card.columns if self._options.whole else columns_for(request.frames, self._card.unit)
        path = self._levels.path(request.steps, request.begin)
        told = self._told(request, columns)

        def fresh(step: int) -> Tensor:
            return request.noise(channels, columns, step).to(self._device)

        source = None if request.source is None else self._latents(request.source, columns)
        if source is None or request.starts is None:
            z = fresh(0) * math.hypot(path[0], 1.0)
        else:
            z = source + path[0] * fresh(0)
        turns, anew = self._turns(columns), request.anew(columns, self._card.unit)

        def clean(z: Tensor, sigma: float) -> Tensor:
            D = self._clean(z, sigma, told, turns, request.guidance)
            return D if anew is None or source is None else torch.lerp(source, D, anew.to(D))

        z = dpmpp_2m(clean, z, path, self._options.eta, fresh, tick, seen or unseen)
        sound: Tensor = self._pipe.vae.decode(z.to(self._dtype)).sample[0].float().cpu()
        return sound

    def _clean(self, z: Tensor, sigma: float, told: Told, turns: Any, guidance: float) -> Tensor:
        """D of z: the network answers v of z scaled to a variance of 1 (Karras et al., 2022, table 1)."""
        total = math.hypot(sigma, self._data)
        x = (z / total).to(self._dtype).expand(len(told.tokens), -1, -1)
        level = torch.tensor([math.atan(sigma) / math.pi * 2], device=z.device)
        answer = self._pipe.transformer(
            x, level, encoder_hidden_states=told.tokens, global_hidden_states=told.general, rotary_embedding=turns,
            return_dict=False,
        )[0]  # fmt: skip
        v = guided(answer.float(), guidance)
        return z * (self._data / total) ** 2 - v * (sigma * self._data / total)

    def _turns(self, columns: int) -> Any:
        from diffusers.models.embeddings import get_1d_rotary_pos_embed

        return get_1d_rotary_pos_embed(
            self._pipe.rotary_embed_dim, columns + 1, use_real=True, repeat_interleave_real=False
        )

    def _latents(self, source: Tensor, columns: int) -> Tensor:
        """The middle of what the autoencoder makes of a sound: (1, channels, columns)."""
        sound = filled(source, columns * self._card.unit).to(self._device, self._dtype)
        latents: Tensor = self._pipe.vae.encode(sound).latent_dist.mean.float()
        return latents

    # --- words -------------------------------------------------------------------------------------------------------

    def _told(self, request: Request, columns: int) -> Told:
        """What is not wanted is nothing at all (zeros), or the negative prompt and the same times."""
        seconds = min(request.frames, columns * self._card.unit) / self._card.rate
        start, end = self._times(seconds)
        tokens = torch.cat([request.mixed(self._words, torch.lerp), start, end], dim=1)
        general = torch.cat([start, end], dim=2)
        if request.guidance > 1.0:
            unwanted = torch.zeros_like(tokens)
            if request.negative:
                unwanted = torch.cat([self._words(request.negative), start, end], dim=1)
            tokens, general = torch.cat([unwanted, tokens]), general.expand(2, -1, -1)
        return Told(tokens.to(self._dtype), general.to(self._dtype))

    def _times(self, seconds: float) -> tuple[Tensor, Tensor]:
        times = (torch.tensor([each], device=self._device) for each in (0.0, seconds))
        told = self._pipe.projection_model(None, *times)
        return told.seconds_start_hidden_states, told.seconds_end_hidden_states

    def _encoded(self, prompt: str) -> Tensor:
        """(1, words, width) float32; what lies behind the prompt's end is 0."""
        tokens: Tensor = self._pipe.encode_prompt(prompt, self._device, False)
        return tokens
