"""Prompts for AudioLDM and its kin: one vector, or tokens that count more or less. Imports nothing of the libraries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

Vector = Tensor
"""CLAP's answer to a prompt, (1, width), of length 1."""


@dataclass(frozen=True, eq=False)
class Speech:
    """What AudioLDM 2 is told. generated: (1, 8, width) by its language model; tokens: (1, n, width) by T5; weights:
    (1, n) how much each token counts, 0 to 1.
    """

    generated: Tensor
    tokens: Tensor
    weights: Tensor

    @property
    def length(self) -> int:
        """How many tokens."""
        return self.tokens.shape[1]

    def lengthened(self, length: int) -> Speech:
        """The same with tokens behind it that do not count."""
        missing = length - self.length
        tokens = torch.nn.functional.pad(self.tokens, (0, 0, 0, missing))
        return Speech(self.generated, tokens, torch.nn.functional.pad(self.weights, (0, missing)))

    def towards(self, other: Speech, alpha: float) -> Speech:
        """On the way to another prompt. What only one of them has counts less and less, or more and more."""
        longest = max(self.length, other.length)
        one, two = self.lengthened(longest), other.lengthened(longest)
        weights = torch.lerp(one.weights, two.weights, alpha)
        share = alpha * two.weights / weights.clamp(min=1e-12)
        tokens = one.tokens + share[..., None] * (two.tokens - one.tokens)
        return Speech(torch.lerp(self.generated, other.generated, alpha), tokens, weights)


class Weights:
    """What is added to the attention's logits for each token: the logarithm of its weight. Set before each render.

    The U-Net itself knows tokens that count and tokens that do not, and in half precision cannot be told more.
    """

    def __init__(self) -> None:
        """Nothing yet."""
        self.bias: Tensor | None = None

    def __call__(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """A hook before each transformer of the U-Net: only those that look at T5's tokens are given a mask."""
        if self.bias is not None and kwargs.get("encoder_attention_mask") is not None:
            kwargs = {**kwargs, "encoder_attention_mask": self.bias}
        return args, kwargs


def hear_words(unet: torch.nn.Module) -> Weights:
    """Let a U-Net's transformers hear weights of tokens."""
    from diffusers.models.transformers.transformer_2d import Transformer2DModel

    weights = Weights()
    for module in unet.modules():
        if isinstance(module, Transformer2DModel):
            module.register_forward_pre_hook(weights, with_kwargs=True)
    return weights


def speech(pipe: Any, prompt: str) -> Speech:
    """A prompt by itself, as the authors' own code reads it: nothing stands behind its end."""
    tokens, mask, generated = pipe.encode_prompt(prompt, pipe.device, 1, False)
    return Speech(generated.float(), tokens.float(), mask.float())


def vector(pipe: Any, prompt: str) -> Vector:
    """A prompt as CLAP's vector; AudioLDM's text encoder and MusicLDM's whole CLAP answer each in their own way."""
    words = pipe.tokenizer(
        prompt, padding="max_length", max_length=pipe.tokenizer.model_max_length, truncation=True, return_tensors="pt"
    ).to(pipe.device)
    encoder = pipe.text_encoder
    if hasattr(encoder, "get_text_features"):
        told = encoder.get_text_features(words.input_ids, attention_mask=words.attention_mask)
        found: Tensor = getattr(told, "pooler_output", told)
    else:
        found = encoder(words.input_ids, attention_mask=words.attention_mask).text_embeds
    return torch.nn.functional.normalize(found.float(), dim=-1)
