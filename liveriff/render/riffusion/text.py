"""Prompts to CLIP embeddings: weighted, up to three times 75 tokens, kept. Used by the renderer's thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from liveriff.render.riffusion.weights import parse

MOST_CHUNKS = 3
_KEPT = 128


class Prompts:
    """A tokenizer and a text encoder with a memory of the last prompts."""

    def __init__(self, tokenizer: Any, encoder: Any, expand: Callable[[str], str] = lambda prompt: prompt) -> None:
        """expand: turns learnt words of several vectors into the words that stand for each vector."""
        self._tokenizer = tokenizer
        self._encoder = encoder
        self._expand = expand
        self._kept: OrderedDict[tuple[str, int], Tensor] = OrderedDict()
        self.encoded = 0  # how many prompts went through the net

    @property
    def room(self) -> int:
        """Tokens a chunk holds beside its start and end: 75."""
        return min(int(self._encoder.config.max_position_embeddings), 77) - 2

    def embeddings(self, prompts: Sequence[str]) -> list[Tensor]:
        """Float32 (1, 77 * chunks, width) for each prompt, all of one length: the shorter are filled up with silence.

        The unconditional prompt must be among them, because both halves of guidance need one length.
        """
        chunks = max(self._chunks(prompt) for prompt in prompts)
        return [self._one(prompt, chunks) for prompt in prompts]

    def _one(self, prompt: str, chunks: int) -> Tensor:
        key = (prompt, chunks)
        if key not in self._kept:
            self._kept[key] = self._encode(prompt, chunks)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _chunks(self, prompt: str) -> int:
        return max(1, min(MOST_CHUNKS, -(-len(self._tokens(prompt)[0]) // self.room)))

    def _tokens(self, prompt: str) -> tuple[list[int], list[float]]:
        ids: list[int] = []
        weights: list[float] = []
        for piece in parse(prompt):
            found = self._tokenizer(self._expand(piece.text), add_special_tokens=False, verbose=False).input_ids
            ids += found
            weights += [piece.weight] * len(found)
        return ids, weights

    def _encode(self, prompt: str, chunks: int) -> Tensor:
        ids, weights = self._tokens(prompt)
        rows = [ids[start : start + self.room] for start in range(0, chunks * self.room, self.room)]
        scales = [weights[start : start + self.room] for start in range(0, chunks * self.room, self.room)]
        device = next(self._encoder.parameters()).device
        batch = torch.tensor([self._framed(row) for row in rows], device=device)
        hidden = self._encoder(batch)[0].float()
        self.encoded += 1
        return weighted(hidden, torch.tensor([self._scaled(row) for row in scales], device=device))

    def _framed(self, ids: list[int]) -> list[int]:
        start, end = self._tokenizer.bos_token_id, self._tokenizer.eos_token_id
        pad = self._tokenizer.pad_token_id
        filler = end if pad is None else pad
        return [start, *ids, end, *([filler] * (self.room - len(ids)))]

    def _scaled(self, weights: list[float]) -> list[float]:
        return [1.0, *weights, *([1.0] * (self.room - len(weights) + 1))]


def weighted(hidden: Tensor, weights: Tensor) -> Tensor:
    """Embeddings (1, chunks * tokens, width) of (chunks, tokens, width), each token times its weight (chunks, tokens).

    Scaled back as a whole, so that the mean over tokens and channels stays what it was (as Riffusion does); not where
    the mean is nothing but rounding, which would scale by anything.
    """
    flat = hidden.reshape(1, -1, hidden.shape[-1])
    if bool((weights == 1.0).all()):
        return flat
    louder = flat * weights.reshape(1, -1, 1)
    now = louder.mean()
    return louder * (flat.mean() / now) if float(now.abs()) > 1e-5 * float(flat.std()) else louder
