"""Stable Audio 3: a rectified flow over the latents of a transformer autoencoder; the distilled ones need 8 steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from liveriff.render.backend import Tick
from liveriff.render.pipelines.card import Card
from liveriff.render.pipelines.courses import flow, flow_path, unseen
from liveriff.render.pipelines.options import Options
from liveriff.render.pipelines.request import Memory, Request, Seen, columns_for, filled, guided


@dataclass(frozen=True, eq=False)
class Told:
    """tokens: (n, words + 1, width), the last one is the duration; general: (n, width), the duration alone."""

    tokens: Tensor
    general: Tensor


class StableAudio3:
    """See the module."""

    def __init__(self, pipe: Any, card: Card, options: Options, dtype: torch.dtype) -> None:
        """``pipe`` is on its device, transformer and autoencoder in ``dtype``."""
        self._pipe, self._card, self._dtype = pipe, card, dtype
        self._words = Memory(self._encoded)

    @property
    def _device(self) -> Any:
        return self._pipe.device

    @torch.inference_mode()
    def paint(self, request: Request, tick: Tick, seen: Seen | None = None) -> Tensor:
        """Sound (channels, frames)."""
        channels = int(self._pipe.transformer.config["io_channels"])
        columns = columns_for(request.frames, self._card.unit)
        told = self._told(request)

        def fresh(step: int) -> Tensor:
            return request.noise(channels, columns, step).to(self._device)

        x, path = fresh(0), flow_path(request.steps, request.begin)
        if request.starts is not None:
            x = (1.0 - path[0]) * self._latents(request.starts, columns) + path[0] * x
        around = self._around(request, columns, len(told.tokens))

        def velocity(x: Tensor, level: float) -> Tensor:
            return self._velocity(x, level, told, around, request.guidance)

        x = flow(velocity, x, path, fresh if self._card.distilled else None, tick, seen or unseen)
        sound: Tensor = self._pipe.vae.decode(x.to(self._dtype)).sample[0].float().cpu()
        return sound

    def _velocity(self, x: Tensor, level: float, told: Told, around: Tensor | None, guidance: float) -> Tensor:
        many = len(told.tokens)
        answer = self._pipe.transformer(
            x.to(self._dtype).expand(many, -1, -1),
            torch.full((many,), level, device=x.device),
            encoder_hidden_states=told.tokens,
            global_hidden_states=told.general,
            local_add_cond=around,
            return_dict=False,
        )[0]
        return guided(answer.float(), guidance)

    def _around(self, request: Request, columns: int, many: int) -> Tensor | None:
        """What is kept, as the transformer was taught to be told it: (many, 1 + channels, columns), where and what."""
        anew = request.anew(columns, self._card.unit)
        if anew is None or request.source is None:
            return None
        keep = (1.0 - anew).to(self._device)[None, None]
        told = torch.cat([keep, self._latents(request.source, columns) * keep], dim=1)
        return told.to(self._dtype).expand(many, -1, -1)

    def _latents(self, source: Tensor, columns: int) -> Tensor:
        sound = filled(source, columns * self._card.unit).to(self._device, self._dtype)
        latents: Tensor = self._pipe.vae.encode(sound).latents.float()
        return latents

    # --- words -------------------------------------------------------------------------------------------------------

    def _told(self, request: Request) -> Told:
        seconds = torch.tensor([request.frames / self._card.rate], device=self._device)
        general = self._pipe.duration_embedder(seconds)
        tokens = request.mixed(self._words, torch.lerp)
        if request.guidance > 1.0 and not self._card.distilled:
            tokens, general = torch.cat([self._words(request.negative), tokens]), general.expand(2, -1)
        tokens = torch.cat([tokens, general[:, None]], dim=1)
        return Told(tokens.to(self._dtype), general.to(self._dtype))

    def _encoded(self, prompt: str) -> Tensor:
        """(1, words, width) float32. Behind the prompt's end stands what the transformer has learnt to put there.

        It would do so by itself, told where; but between two prompts of different lengths there is no such
        place, only a way from one to the other.
        """
        tokens, mask = self._pipe.encode_prompt(prompt, self._device, 1)
        padding = self._pipe.transformer.prompt_padding_embedding.to(tokens)
        return torch.where(mask.bool()[..., None], tokens, padding)
