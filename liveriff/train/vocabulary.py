"""The table of words that the text encoder starts with: made once from all-MiniLM-L6-v2, kept beside this module.

``python -m liveriff.train.vocabulary [FOLDER]`` makes it anew; it must be, when the lexicon has new words. The terms
of the lexicon come first, then words_plain and the whole words of the sentence encoder's own vocabulary. Their vectors
are reduced by PCA, in which the lexicon counts as much as all other words together, to unit length and int8. Further
names of styles come last and have no part in the PCA, so that more of them leave all entries before as they are, and
an encoder that was trained can take them in (``grown``).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from liveriff.errors import UsageError
from liveriff.render.embedded.spelling import SILENT, words_of
from liveriff.render.embedded.text import TextEncoder
from liveriff.train.material.words import terms
from liveriff.train.material.words_names import NAMES
from liveriff.train.material.words_plain import PLAIN

PATH = Path(__file__).with_name("vocabulary.npz")
DIMS = 96


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """entries: texts, the first ``core`` of them from the lexicon; meaning: int8 (n, dims), to be multiplied by
    ``scale`` float32 (dims,) for vectors of about unit length."""

    entries: tuple[str, ...]
    core: int
    meaning: NDArray[np.int8]
    scale: NDArray[np.float32]


def lexicon_entries() -> list[str]:
    """Single words of the lexicon and its phrases, as prompts are read."""
    return _entries(terms())


def name_entries() -> list[str]:
    """The same of further names of styles."""
    return _entries([name for names in NAMES.values() for name in names])


def _entries(phrases: list[str]) -> list[str]:
    rows = [words_of(phrase) for phrase in phrases]
    singles = [word for row in rows for word in row if word not in SILENT]
    return list(dict.fromkeys([*singles, *(" ".join(row) for row in rows if len(row) > 1)]))


def reduced(vectors: Tensor, core: int, dims: int = DIMS, late: int = 0) -> Tensor:
    """Unit vectors (n, dims) of vectors (n, wide): their first principal components without the mean, of which the last
    ``late`` have no say."""
    rest = len(vectors) - core - late
    share = torch.cat((torch.full((core,), 0.5 / core), torch.full((rest,), 0.5 / rest), torch.zeros(late)))
    centred = vectors - (vectors * share[:, None]).sum(0)
    spread = (centred * share[:, None]).T @ centred
    axes = torch.linalg.eigh(spread).eigenvectors[:, -dims:].flip(1)
    return functional.normalize(centred @ axes, dim=1)


def make(source: Path, dims: int = DIMS) -> Vocabulary:
    """The table of a folder's sentence encoder and of today's lexicon."""
    from liveriff.train.minilm import MiniLM

    encoder = MiniLM(source)
    core = lexicon_entries()
    taken = {*core, *SILENT}
    plain = [piece for piece in encoder.pieces if piece.isascii() and piece.isalpha() and len(piece) > 1]
    entries = [*core, *(word for word in dict.fromkeys([*PLAIN.split(), *plain]) if word not in taken)]
    known = {*entries, *SILENT}
    names = [entry for entry in name_entries() if entry not in known and len(entry) > 1 and not entry.isdigit()]
    vectors = reduced(encoder.encode([*entries, *names]), len(core), dims, late=len(names))
    scale = vectors[: len(entries)].abs().amax(0) / 127.0
    meaning = (vectors / scale).round().clamp(-127, 127).to(torch.int8)
    entries += names
    return Vocabulary(tuple(entries), len(core), meaning.numpy(), scale.numpy())


def save(found: Vocabulary, path: Path = PATH) -> None:
    """Write the table: the texts as one run of bytes, so that nothing has to be unpickled."""
    letters = np.frombuffer("\n".join(found.entries).encode(), np.uint8)
    np.savez_compressed(path, letters=letters, core=np.int64(found.core), meaning=found.meaning, scale=found.scale)


@lru_cache(maxsize=2)
def load(path: Path = PATH) -> Vocabulary:
    """The table; UsageError if it is not there."""
    try:
        with np.load(path, allow_pickle=False) as data:
            text = data["letters"].tobytes().decode()
            return Vocabulary(tuple(text.split("\n")), int(data["core"]), data["meaning"], data["scale"])
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"the table of words {path} cannot be read; run `python -m liveriff.train.vocabulary`."
        ) from error


def filled(found: Vocabulary, width: int = 256) -> TextEncoder:
    """An untrained encoder that knows the words of a table."""
    letters = "\n".join(found.entries).encode()
    words, dims = found.meaning.shape
    encoder: TextEncoder = TextEncoder(words=words, core=found.core, letters=len(letters), dims=dims, width=width)
    encoder.spelling.copy_(torch.frombuffer(bytearray(letters), dtype=torch.uint8))
    encoder.meaning[1:].copy_(torch.from_numpy(found.meaning))
    encoder.scale.copy_(torch.from_numpy(found.scale))
    return encoder


def grown(encoder: TextEncoder) -> TextEncoder:
    """A trained encoder with the entries that the table kept beside this module has more than it; itself if the table
    does not begin with its entries."""
    found = load()
    text = "\n".join(found.entries).encode()
    known = encoder.spelling.cpu().numpy().tobytes()
    same = found.core == encoder.config.core and found.meaning.shape[1] == encoder.config.dims
    if not same or not text.startswith(known + b"\n"):
        return encoder
    wider = filled(found, encoder.config.width).to(encoder.scale.device)
    wider.load_state_dict({**wider.state_dict(), **dict(encoder.named_parameters())})
    return wider.train(encoder.training)


def fresh(width: int = 256) -> TextEncoder:
    """An untrained encoder that knows the words kept beside this module."""
    return filled(load(), width)


def main() -> int:
    """Make the table from the folder named, or from the installed package."""
    from liveriff.train.minilm import folder

    save(make(Path(sys.argv[1]) if len(sys.argv) > 1 else folder()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
