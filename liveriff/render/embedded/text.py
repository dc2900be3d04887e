"""A small encoder of musicians' words: hashed words and pieces of words, pooled by attention.

After fastText's sub-word vectors (Bojanowski et al., 2017); trained together with the generator.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

_WORD = re.compile(r"[^\W_]+")
_PIECES = (3, 4)
_NO_WORD = 0
"""Bucket of a word whose own vector is not to be used: only its pieces speak."""


def words_of(prompt: str) -> list[str]:
    """Words in lower case without accents and punctuation: "Hi-Hats, please!" has three."""
    plain = unicodedata.normalize("NFKD", prompt.lower())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


@lru_cache(maxsize=65536)
def pieces_of(word: str) -> tuple[str, ...]:
    """Runs of three and four characters of the word between angle brackets."""
    framed = f"<{word}>"
    return tuple(
        framed[first : first + length] for length in _PIECES for first in range(max(1, len(framed) - length + 1))
    )


@dataclass(frozen=True, eq=False)
class Tokens:
    """Words of a batch, one after the other: word buckets (t,), whose prompt each is (t,), flat buckets of their
    pieces and where each word's begin (t,); count: prompts."""

    words: Tensor
    owners: Tensor
    pieces: Tensor
    starts: Tensor
    count: int


class TextEncoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Vectors (n, width) of n prompts; an empty prompt is exactly zeros."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, words: int = 6144, pieces: int = 6144, inner: int = 64, width: int = 128) -> None:
        super().__init__()
        self.words = nn.Embedding(words, inner)
        self.pieces = nn.EmbeddingBag(pieces, inner, mode="mean")
        self.score = nn.Sequential(nn.Linear(inner, inner), nn.SiLU(), nn.Linear(inner, 1))
        self.out = nn.Sequential(nn.Linear(inner, width), nn.SiLU(), nn.Linear(width, width))
        nn.init.normal_(self.words.weight, std=0.02)
        nn.init.normal_(self.pieces.weight, std=0.3)

    def tokens(self, prompts: Sequence[str], forget: float = 0.0, dice: random.Random | None = None) -> Tokens:
        """Buckets of the prompts' words; ``forget`` is the share of words left to their pieces (in training)."""
        words: list[int] = []
        owners: list[int] = []
        pieces: list[int] = []
        starts: list[int] = []
        for owner, prompt in enumerate(prompts):
            for word in words_of(prompt):
                known = dice is None or dice.random() >= forget
                words.append(_bucket(word, self.config.words) if known else _NO_WORD)
                owners.append(owner)
                starts.append(len(pieces))
                pieces.extend(_bucket(piece, self.config.pieces) for piece in pieces_of(word))
        return Tokens(*(torch.tensor(part, dtype=torch.int64) for part in (words, owners, pieces, starts)), len(prompts))

    def forward(self, tokens: Tokens) -> Tensor:
        """Vectors (count, width)."""
        inner = self.words.weight.shape[1]
        if not len(tokens.words):
            return self.out[0].weight.new_zeros(tokens.count, self.config.width)
        own = self.words(tokens.words) * (tokens.words != _NO_WORD)[:, None]
        each = own + self.pieces(tokens.pieces, tokens.starts)
        weight = torch.exp(self.score(each).float().clamp(-10.0, 10.0)).to(each.dtype)
        pooled = each.new_zeros(tokens.count, inner).index_add(0, tokens.owners, each * weight)
        total = each.new_zeros(tokens.count, 1).index_add(0, tokens.owners, weight)
        spoken = total > 0
        vectors: Tensor = self.out(pooled / torch.where(spoken, total, torch.ones_like(total)))
        return vectors * spoken

    def encode(self, prompts: Sequence[str]) -> Tensor:
        """Vectors (n, width) of prompts."""
        vectors: Tensor = self(self.tokens(prompts))
        return vectors


@lru_cache(maxsize=65536)
def _bucket(text: str, buckets: int) -> int:
    """1 .. buckets - 1; the same on every machine."""
    return 1 + crc32(text.encode()) % (buckets - 1)
