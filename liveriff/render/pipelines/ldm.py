"""AudioLDM, AudioLDM 2 (Liu et al., 2023) and MusicLDM (Chen et al., 2023): U-Nets over mel spectrograms, 16 kHz.

A vocoder makes the sound; prompts come in as CLAP's vector, or as tokens of T5 and of a language model (AudioLDM 2).
Sounds come in through the same autoencoder (``mel``), as in the authors' style transfer: their pipelines in diffusers
make sound of words alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from liveriff.render.backend import Tick, go_on
from liveriff.render.pipelines.card import AUDIOLDM_2, Card
from liveriff.render.pipelines.mel import PEAK, Ear, brought_to_level
from liveriff.render.pipelines.options import Options
from liveriff.render.pipelines.request import Memory, Request, Seen, columns_for, filled, guided
from liveriff.render.pipelines.texts import Speech, Vector, hear_words, speech, vector
from liveriff.render.riffusion.held import Held
from liveriff.render.riffusion.noise import generator
from liveriff.render.riffusion.schedulers import chosen, clean_estimate, course, fresh, step_arguments


class Ldm:
    """See the module."""

    def __init__(self, pipe: Any, card: Card, options: Options, dtype: torch.dtype) -> None:
        """``pipe`` is on its device, U-Net, autoencoder and vocoder in ``dtype``."""
        self._pipe, self._card, self._options, self._dtype = pipe, card, options, dtype
        self._speech: Memory[Speech] = Memory(lambda prompt: speech(pipe, prompt))
        self._vector: Memory[Vector] = Memory(lambda prompt: vector(pipe, prompt))
        self._weights = hear_words(pipe.unet)
        voice = pipe.vocoder.config
        self._ear = Ear(int(voice.sampling_rate), math.prod(voice.upsample_rates), int(voice.model_in_dim))

    @property
    def _device(self) -> Any:
        return self._pipe.device

    @torch.inference_mode()
    def paint(self, request: Request, tick: Tick, seen: Seen | None = None) -> Tensor:
        """Sound (1, frames)."""
        scheduler = fresh(chosen(self._options.scheduler, self._pipe.scheduler))
        strength = None if request.starts is None else request.strength
        times = course(scheduler, request.steps, strength, self._device)
        columns = columns_for(request.frames, self._card.unit)
        x, held = self._start(request, scheduler, times, columns), self._held(request, columns)
        more = step_arguments(scheduler, [generator(request.nearest + 1)])
        told = self._told(request)
        for number, time in enumerate(times):
            go_on(tick, number + 1, len(times))
            scaled = scheduler.scale_model_input(x, time).to(self._dtype)
            answer = self._pipe.unet(scaled.expand(request_rows(told), -1, -1, -1), time, return_dict=False, **told)[0]
            wanted = guided(answer.float(), request.guidance)
            stepped = scheduler.step(wanted, time, x, **more)
            if seen is not None:
                seen(clean_estimate(scheduler, wanted, time, x, stepped).transpose(2, 3).flatten(1, 2))
            x = stepped.prev_sample
            if held is not None:
                x = held.joined(x, scheduler, times[number + 1] if number + 1 < len(times) else None)
        return self._sound(x) * self._level(request)

    def _start(self, request: Request, scheduler: Any, times: Tensor, columns: int) -> Tensor:
        """Noise, or a sound noised for the first of the times."""
        noise = self._noise(request, columns)
        if request.starts is None:
            return noise * float(scheduler.init_noise_sigma)
        begun: Tensor = scheduler.add_noise(self._latents(request.starts, columns), noise, times[:1])
        return begun

    def _noise(self, request: Request, columns: int) -> Tensor:
        """(1, channels, columns, bands)."""
        channels = int(self._pipe.unet.config["in_channels"])
        bands = int(self._pipe.vocoder.config.model_in_dim) // int(self._pipe.vae_scale_factor)
        drawn = request.noise(channels * bands, columns)
        return drawn.view(1, channels, bands, columns).transpose(2, 3).to(self._device)

    def _latents(self, source: Tensor, columns: int) -> Tensor:
        """The middle of what the autoencoder makes of a sound: (1, channels, columns, bands)."""
        sound = filled(source, columns * self._card.unit)[0, 0]
        seen = self._ear(brought_to_level(sound))[None, None].to(self._device, self._dtype)
        told = self._pipe.vae.encode(seen).latent_dist.mean.float()
        latents: Tensor = told * float(self._pipe.vae.config["scaling_factor"])
        return latents

    def _level(self, request: Request) -> float:
        """The models know sounds of one peak only; a variation is as loud as its source, less so the newer it is."""
        if request.source is None:
            return 1.0
        share = 1.0 if request.starts is None else 1.0 - request.strength
        return float((max(float(request.source.abs().max()), 1e-4) / PEAK) ** share)

    def _held(self, request: Request, columns: int) -> Held | None:
        """What is kept, as in the authors' inpainting: latents at the noise of the step to come."""
        anew = request.anew(columns, self._card.unit)
        if anew is None or request.source is None:
            return None
        clean = self._latents(request.source, columns)
        return Held(clean, self._noise(request, columns), anew.to(self._device).view(1, 1, -1, 1))

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
