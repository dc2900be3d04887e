"""The text encoder."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import torch

from liveriff.render.embedded.text import TextEncoder
from liveriff.train.vocabulary import Vocabulary, filled

ENTRIES = ("techno", "dub", "hats", "dub techno", "piano", "forest", "woods")
CORE = 5


def encoder() -> TextEncoder:
    """One that knows seven entries: forest and woods mean the same, the others what they are alone."""
    torch.manual_seed(0)
    meaning = np.zeros((len(ENTRIES), 8), np.int8)
    meaning[np.arange(len(ENTRIES)), [0, 1, 2, 3, 4, 5, 5]] = 127
    made: TextEncoder = filled(Vocabulary(ENTRIES, CORE, meaning, np.full(8, 1 / 127, np.float32)), width=32)
    torch.nn.init.normal_(made.learnt.weight)
    made.eval()
    return made


@torch.inference_mode()
def test_case_punctuation_order_and_repetition_do_not_matter() -> None:
    one, two = encoder().embed(["Hats, TECHNO!", "techno hats techno"])
    torch.testing.assert_close(one, two)


@torch.inference_mode()
def test_a_prompt_without_known_words_is_exactly_nothing() -> None:
    vectors = encoder().embed(["", "  ,.", "zq", "piano"])
    assert not vectors[:3].any()
    assert vectors[3].any()


@torch.inference_mode()
def test_words_of_one_meaning_are_one_until_they_learn() -> None:
    forest, woods, piano = encoder().embed(["forest", "woods", "piano"])
    torch.testing.assert_close(forest, woods)
    assert float((forest - piano).abs().max()) > 1e-3


@torch.inference_mode()
def test_a_phrase_is_more_than_its_words() -> None:
    together, apart = encoder().embed(["dub techno", "techno dub"])
    assert float((together - apart).abs().max()) > 1e-3


@torch.inference_mode()
def test_a_prompt_means_the_same_alone_and_among_others() -> None:
    alone, among = encoder().embed(["dub"]), encoder().embed(["techno hats piano forest woods dub", "dub"])
    torch.testing.assert_close(alone[0], among[1], atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_both_sorts_of_ids_are_read() -> None:
    net = encoder()
    ids = net.ids_of(["piano", "dub techno hats", ""])
    assert ids.dtype == np.int32
    assert ids.shape == (3, 4)
    torch.testing.assert_close(net(torch.from_numpy(ids)), net(net.ids(["piano", "dub techno hats", ""])))


def test_training_is_noisy_and_reaches_every_part() -> None:
    net = encoder().train()
    ids = net.ids(["dub techno hats"] * 8)
    out = net(ids)
    assert float(out.detach().std(dim=0).max()) > 1e-4
    out.square().sum().backward()
    assert all(p.grad is not None and bool(p.grad.any()) for p in net.parameters())
    assert net.learnt.weight.grad is not None
    assert not net.learnt.weight.grad[CORE].any()  # piano was not there


@torch.inference_mode()
def test_it_survives_a_folder_half_precision_and_a_copy(tmp_path: Path) -> None:
    net = encoder()
    told = net.embed(["dub techno", "woods"])
    half = TextEncoder.from_config(net.config)
    half.load_state_dict(net.state_dict())
    torch.nn.Module.half(half)
    assert half.meaning.dtype == torch.int8
    half.save_pretrained(tmp_path)
    back = TextEncoder.from_pretrained(tmp_path).float().eval()
    for other in (back, copy.deepcopy(net)):
        torch.testing.assert_close(other.embed(["dub techno", "woods"]), told, atol=3e-3, rtol=1e-2)


@torch.inference_mode()
def test_words_are_those_that_were_loaded_last() -> None:
    net = encoder()
    net.embed(["piano"])
    other = filled(Vocabulary(("sitars", *ENTRIES[1:4], "organ", *ENTRIES[5:]), CORE, np.ones((7, 8), np.int8),
                              np.ones(8, np.float32)), width=32)  # fmt: skip
    net.load_state_dict(other.state_dict())
    assert net.ids_of(["sitars", "piano"]).tolist() == [[1], [0]]


@torch.inference_mode()
def test_without_a_table_it_runs_and_says_nothing() -> None:
    assert not TextEncoder().embed(["techno", ""]).any()
