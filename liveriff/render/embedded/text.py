"""The text encoder: words' frozen meanings and what was learnt of a musician's terms, pooled with learned weights.

Meanings are vectors distilled from a sentence encoder for some twenty thousand words, kept as int8 (liveriff.train.
vocabulary makes them); so a word that training never saw lies near the words that mean the same. Terms that it did see
get a vector and a weight of their own on top. A prompt that means a style, but not surely, is brought to where the
generator knows that style; one that means none is hardly moved.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from liveriff.render.embedded.net import Net
from liveriff.render.embedded.spelling import Spelling

_LOST = 0.1
"""In training: chance that a word is left out."""
_SURE, _PULL = 8.0, 0.7
"""How much likelier a style gets by being nearer; share of the way to it that is gone."""


class TextEncoder(Net):
    """Prompts to vectors (B, width). A prompt without a word that is known is the zero vector.

    ``noise``, ``forgot``: in training, deviation of the noise on meanings (unit vectors), and chance that a prompt's
    terms are without what was learnt of them. They keep the encoder from leaning on the words it knows by heart.

    Buffers: ``spelling`` uint8 (letters,), all entries with line feeds between; ``meaning`` int8 (words + 1, dims);
    ``scale`` (dims,) to multiply meanings by. Row 0 is padding. With ``styles`` to decide between: ``midst`` (width,)
    of their plain names, ``axes`` (styles - 1, width) of unit length in which those differ, ``places`` (styles + 1,
    styles - 1) of them there; the last is that of prompts that name none (liveriff.train.deciding finds them).
    """

    noise, forgot = 0.06, 0.4
    _speller: Spelling | None = None

    def _load_from_state_dict(self, *args: Any) -> None:
        self._speller = None
        super()._load_from_state_dict(*args)

    def __init__(
        self, words: int = 0, core: int = 0, letters: int = 0, dims: int = 96, inner: int = 96, width: int = 256,
        styles: int = 0,
    ) -> None:  # fmt: skip
        """``words``: entries of the table, of which the first ``core`` learn; ``inner``: width they are pooled in;
        ``styles``: how many are decided between, 0 for none."""
        super().__init__()
        self.register_buffer("spelling", torch.zeros(letters, dtype=torch.uint8))
        self.register_buffer("meaning", torch.zeros(words + 1, dims, dtype=torch.int8))
        self.register_buffer("scale", torch.ones(dims))
        self.enter = nn.Linear(dims, inner)
        self.weigh = nn.Sequential(nn.Linear(dims, 16), nn.SiLU(), nn.Linear(16, 1))
        self.learnt = nn.Embedding(core + 1, inner)
        self.learnt_weight = nn.Embedding(core + 1, 1)
        self.out = nn.Sequential(nn.Linear(inner, width), nn.SiLU(), nn.Linear(width, width))
        if styles:
            self.register_buffer("midst", torch.zeros(width))
            self.register_buffer("axes", torch.zeros(styles - 1, width))
            self.register_buffer("places", torch.zeros(styles + 1, styles - 1))
        nn.init.zeros_(self.learnt.weight)
        nn.init.zeros_(self.learnt_weight.weight)
        nn.init.normal_(self.enter.weight, std=1.0)  # meanings are unit vectors: single numbers are small

    def forward(self, ids: Tensor) -> Tensor:
        """Vectors of entries (B, tokens) int64 or int32, 0 padded."""
        known = ids > 0
        own = torch.where(ids <= self.config.core, ids, 0)
        mask = (known & (own > 0)).to(self.scale.dtype)
        meaning = self.meaning[ids].to(self.scale.dtype) * self.scale
        if self.training:
            meaning = meaning + self.noise * torch.randn_like(meaning)
            mask = mask * (torch.rand(len(ids), 1, device=ids.device) >= self.forgot)
            known = known & ((torch.rand(ids.shape, device=ids.device) >= _LOST) | (ids == ids[:, :1]))
        scores = self.weigh(meaning)[..., 0] + self.learnt_weight(own)[..., 0] * mask
        shares = torch.softmax(scores.float().masked_fill(~known, -1e4), dim=1) * known
        values = self.enter(meaning) + self.learnt(own) * mask[..., None]
        pooled = (shares[..., None].to(values.dtype) * values).sum(dim=1)
        vectors: Tensor = self._decided(self.out(functional.silu(pooled))) * known.any(dim=1, keepdim=True)
        return vectors

    def _decided(self, vectors: Tensor) -> Tensor:
        """Nearer to the style that is most likely meant; what else they tell stays.

        Between two styles there is none that the generator could play, and there lies what is not understood well.
        """
        if not self.config.styles:
            return vectors
        place, styles = (vectors - self.midst) @ self.axes.T, self.places[:-1]
        away = (place[:, None] - self.places).square().sum(dim=2) / styles.square().sum(dim=1).mean()
        shares = torch.softmax(-_SURE * away, dim=1)[:, :-1]
        way = shares @ styles - shares.sum(dim=1, keepdim=True) * place
        nearer: Tensor = vectors + _PULL * way @ self.axes
        return nearer

    def ids_of(self, prompts: list[str]) -> NDArray[np.int32]:
        """Entries of prompts, (B, longest), 0 padded."""
        rows = [self._spell().ids(prompt) for prompt in prompts]
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        out = np.zeros((len(rows), max(1, int(lengths.max(initial=0)))), np.int32)
        flat = np.fromiter((number for row in rows for number in row), np.int32, int(lengths.sum()))
        out[np.arange(out.shape[1]) < lengths[:, None]] = flat
        return out

    def ids(self, prompts: list[str]) -> Tensor:
        """Entries of prompts, int64 (B, longest), on the CPU."""
        return torch.from_numpy(self.ids_of(prompts).astype(np.int64))

    def embed(self, prompts: list[str]) -> Tensor:
        """Vectors of prompts, where the encoder is."""
        vectors: Tensor = self(self.ids(prompts).to(self.scale.device))
        return vectors

    def _spell(self) -> Spelling:
        if self._speller is None:
            text = self.spelling.cpu().numpy().tobytes().decode()
            self._speller = Spelling(text.split("\n"), self.config.core)
        return self._speller
