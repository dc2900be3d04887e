"""AudioLDM, AudioLDM 2 (Liu et al., 2023) and MusicLDM (Chen et al., 2023): U-Nets over mel spectrograms, 16 kHz.

A vocoder makes the sound; prompts come in as CLAP's vector, or as tokens of T5 and of a language model (AudioLDM 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from liveriff.render.backend import Tick, go_on
from liveriff.render.pipelines.card import AUDIOLDM_2, Card
from liveriff.render.pipelines.options import Options
from liveriff.render.pipelines.request import Memory, Request, columns_for, guided
from liveriff.render.pipelines.texts import Speech, Vector, hear_words, speech, vector
from liveriff.render.riffusion.noise import generator
from liveriff.render.riffusion.schedulers import chosen, course, fresh, step_arguments


class Ldm:
    """See the module."""

    def __init__(self, pipe: Any, card: Card, options: Options, dtype: torch.dtype) -> None:
        """``pipe`` is on its device, U-Net, autoencoder and vocoder in ``dtype``."""
        self._pipe, self._card, self._options, self._dtype = pipe, card, options, dtype
        self._speech: Memory[Speech] = Memory(lambda prompt: speech(pipe, prompt))
        self._vector: Memory[Vector] = Memory(lambda prompt: vector(pipe, prompt))
        self._weights = hear_words(pipe.unet)

    @property
    def _device(self) -> Any:
        return self._pipe.device

    @torch.inference_mode()
    def paint(self, request: Request, tick: Tick) -> Tensor:
        """Sound (1, frames)."""
        scheduler = fresh(chosen(self._options.scheduler, self._pipe.scheduler))
        times = course(scheduler, request.steps, None, self._device)
        columns = columns_for(request.frames, self._card.unit)
        x = self._noise(request, columns) * float(scheduler.init_noise_sigma)
        more = step_arguments(scheduler, [generator(request.seed + 1 + (request.drift >= 1.0))])
        told = self._told(request)
        for number, time in enumerate(times):
            go_on(tick, number + 1, len(times))
            seen = scheduler.scale_model_input(x, time).to(self._dtype)
            answer = self._pipe.unet(seen.expand(request_rows(told), -1, -1, -1), time, return_dict=False, **told)[0]
            x = scheduler.step(guided(answer.float(), request.guidance), time, x, **more).prev_sample
        return self._sound(x)

    def _noise(self, request: Request, columns: int) -> Tensor:
        """(1, channels, columns, bands)."""
        channels = int(self._pipe.unet.config["in_channels"])
        bands = int(self._pipe.vocoder.config.model_in_dim) // int(self._pipe.vae_scale_factor)
        drawn = request.noise(channels * bands, columns)
        return drawn.view(1, channels, bands, columns).transpose(2, 3).to(self._device)

    def _sound(self, latents: Tensor) -> Tensor:
        scaled = (latents / float(self._pipe.vae.config["scaling_factor"])).to(self._dtype)
        mel = self._pipe.vae.decode(scaled).sample[:, 0]
        wave: Tensor = self._pipe.vocoder(mel).float().cpu()
        return wave.reshape(1, -1)

    # --- words -------------------------------------------------------------------------------------------------------

    def _told(self, request: Request) -> dict[str, Any]:
        """What the U-Net takes beside latents and time."""
        unwanted = request.guidance > 1.0
        if self._card.family != AUDIOLDM_2:
            rows = [self._vector(request.negative)] if unwanted else []
            labels = torch.cat([*rows, request.mixed(self._vector, torch.lerp)])
            return {"encoder_hidden_states": None, "class_labels": labels.to(self._dtype)}
        parts = [self._speech(request.negative)] if unwanted else []
        parts.append(request.mixed(self._speech, Speech.towards))
        longest = max(part.length for part in parts)
        full = [part.lengthened(longest) for part in parts]
        weights = torch.cat([part.weights for part in full])
        self._weights.bias = weights.log().clamp(min=-1e4)[:, None].to(self._dtype)
        return {
            "encoder_hidden_states": torch.cat([part.generated for part in full]).to(self._dtype),
            "encoder_hidden_states_1": torch.cat([part.tokens for part in full]).to(self._dtype),
            "encoder_attention_mask_1": (weights > 0.0).to(self._dtype),
        }


def request_rows(told: Mapping[str, Any]) -> int:
    """How many rows the conditions have: 2 with guidance."""
    rows = told.get("class_labels")
    return len(told["encoder_hidden_states"] if rows is None else rows)
