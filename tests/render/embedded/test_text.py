"""The text encoder."""

from __future__ import annotations

import torch

from liveriff.render.embedded.text import TextEncoder


@torch.inference_mode()
def test_case_and_punctuation_do_not_matter() -> None:
    text = TextEncoder()
    one, two = text.embed(["Dark techno, hi-hats!"]), text.embed(["dark TECHNO hi hats"])
    torch.testing.assert_close(one, two)


@torch.inference_mode()
def test_an_empty_prompt_is_exactly_nothing() -> None:
    vectors = TextEncoder().embed(["", "  ,.", "piano"])
    assert not vectors[:2].any()
    assert vectors[2].any()


@torch.inference_mode()
def test_a_misspelt_word_is_nearer_to_the_word_than_another() -> None:
    torch.manual_seed(0)
    text = TextEncoder()
    pooled: list[torch.Tensor] = []
    text.out.register_forward_pre_hook(lambda layer, inputs: pooled.append(inputs[0]))
    text.embed(["saxophone", "saxofone", "marimba"])
    right, misspelt, other = torch.nn.functional.normalize(pooled[0], dim=1)
    assert float(right @ misspelt) > float(right @ other) + 0.2


@torch.inference_mode()
def test_a_prompt_means_the_same_alone_and_among_others() -> None:
    text = TextEncoder()
    alone, among = text.embed(["dub"]), text.embed(["a very much longer prompt of many words", "dub"])
    torch.testing.assert_close(alone[0], among[1], atol=1e-5, rtol=1e-4)


def test_it_is_small() -> None:
    assert sum(parameter.numel() * 2 for parameter in TextEncoder().parameters()) < 2_000_000
