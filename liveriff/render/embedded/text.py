"""The text encoder: hashed words and letter groups, pooled with learned weights. Trained with the generator."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from itertools import pairwise

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

LONGEST = 96
"""Tokens of a prompt that are read."""

_WORD = re.compile(r"[a-z0-9&']+")


@lru_cache(maxsize=4096)
def tokens(prompt: str, size: int) -> tuple[int, ...]:
    """Hashes 1 .. size - 1 of a prompt's words, pairs of neighbours and letter groups of three and four; 0 is padding.

    Letter groups let a misspelt or compound word land near the word that was meant.
    """
    words = _WORD.findall(prompt.casefold().replace("-", " "))
    names = [f"w:{word}" for word in words]
    names += [f"p:{one} {two}" for one, two in pairwise(words)]
    for word in words:
        marked = f"<{word}>"
        names += [f"g:{marked[i : i + n]}" for n in (3, 4) for i in range(len(marked) - n + 1)]
    return tuple(zlib.crc32(name.encode()) % (size - 1) + 1 for name in names[:LONGEST])


class TextEncoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Prompts to vectors (B, width). The empty prompt is the zero vector, whatever was learned."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, size: int = 16384, inner: int = 48, width: int = 256) -> None:
        """``size``: rows of the hash table; ``inner``: its columns; ``width``: of the output."""
        super().__init__()
        self.table = nn.Embedding(size, inner, padding_idx=0)
        self.weight = nn.Embedding(size, 1, padding_idx=0)
        self.out = nn.Sequential(nn.Linear(inner, width), nn.SiLU(), nn.Linear(width, width))
        nn.init.normal_(self.table.weight, std=0.3)
        nn.init.zeros_(self.weight.weight)

    def forward(self, ids: Tensor) -> Tensor:
        """Vectors of token hashes (B, tokens), 0 padded."""
        known = ids > 0
        scores = self.weight(ids)[..., 0].masked_fill(~known, -1e4)
        shares = torch.softmax(scores, dim=1) * known
        pooled = (shares[..., None] * self.table(ids)).sum(dim=1)
        vectors: Tensor = self.out(pooled) * known.any(dim=1, keepdim=True)
        return vectors

    def ids(self, prompts: list[str]) -> Tensor:
        """Token hashes of prompts, int64 (B, longest)."""
        rows = [tokens(prompt, self.config.size) for prompt in prompts]
        longest = max(1, *(len(row) for row in rows)) if rows else 1
        return torch.tensor([row + (0,) * (longest - len(row)) for row in rows], dtype=torch.int64)

    def embed(self, prompts: list[str]) -> Tensor:
        """Vectors of prompts."""
        vectors: Tensor = self(self.ids(prompts))
        return vectors
