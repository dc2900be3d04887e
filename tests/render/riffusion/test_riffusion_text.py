"""Prompts: weights, their rescaling, long ones, and the memory of embeddings."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import CLIPTextModel, CLIPTokenizer

from liveriff.render.riffusion.nets import Nets
from liveriff.render.riffusion.text import Prompts, weighted
from liveriff.render.riffusion.weights import Weighted, parse


@pytest.mark.parametrize(
    ("prompt", "pieces"),
    [
        ("techno", [("techno", 1.0)]),
        ("", []),
        ("a (b) c", [("a ", 1.0), ("b", 1.1), (" c", 1.0)]),
        ("(a:1.3)", [("a", 1.3)]),
        ("(a: 1.3 )", [("a", 1.3)]),
        ("[a]", [("a", 1 / 1.1)]),
        ("((a))", [("a", 1.21)]),
        ("[(a)]", [("a", 1.0)]),
        ("(a (b:2) c:0.5)", [("a ", 0.5), ("b", 1.0), (" c", 0.5)]),
        (r"\(a\)", [("(a)", 1.0)]),
        (r"a \\ b", [("a \\ b", 1.0)]),
        ("(a", [("a", 1.1)]),
        ("a)", [("a)", 1.0)]),
        ("a: b", [("a: b", 1.0)]),
        ("[a:2]", [("a:2", 1 / 1.1)]),
    ],
)
def test_weights_are_read(prompt: str, pieces: list[tuple[str, float]]) -> None:
    found = parse(prompt)
    assert [piece.text for piece in found] == [text for text, _ in pieces]
    assert [piece.weight for piece in found] == pytest.approx([weight for _, weight in pieces])


def test_neighbours_of_one_weight_are_one_piece() -> None:
    assert parse(r"a\(b") == [Weighted("a(b", 1.0)]


def test_a_plain_prompt_is_what_clip_says(nets: Nets, folder: Path) -> None:
    tokenizer = CLIPTokenizer.from_pretrained(folder, subfolder="tokenizer")
    encoder = CLIPTextModel.from_pretrained(folder, subfolder="text_encoder")
    ids = tokenizer("techno drums", padding="max_length", max_length=77, return_tensors="pt").input_ids
    with torch.inference_mode():
        wanted = encoder(ids)[0]
        found = nets.prompts.embeddings(("techno drums",))[0]
    assert torch.allclose(found, wanted, atol=1e-6)


@torch.inference_mode()
def test_weights_scale_tokens_and_keep_the_mean(nets: Nets) -> None:
    plain = nets.prompts.embeddings(("techno piano jazz",))[0]
    louder = nets.prompts.embeddings(("techno (piano:1.5) jazz",))[0]
    assert float(louder.mean()) == pytest.approx(float(plain.mean()), rel=1e-4)
    scales = torch.ones(1, 77)
    scales[0, 2] = 1.5  # after the start and one word
    by_hand = plain * scales[..., None]
    assert torch.allclose(louder, by_hand * (plain.mean() / by_hand.mean()), atol=1e-5)
    ratio = (louder / plain).mean(dim=-1)[0]
    assert float(ratio[2] / ratio[1]) == pytest.approx(1.5, rel=1e-3)


def test_weights_of_one_change_nothing() -> None:
    hidden = torch.randn(1, 77, 8)
    assert torch.equal(weighted(hidden, torch.ones(1, 77)), hidden)


def test_long_prompts_get_more_chunks_and_all_get_as_many(nets: Nets) -> None:
    long = "techno " * 100
    found = nets.prompts.embeddings((long, "jazz", ""))
    assert [each.shape[1] for each in found] == [154, 154, 154]
    assert nets.prompts.embeddings(("funk " * 1000,))[0].shape[1] == 231
    assert not torch.equal(found[1][:, :77], found[1][:, 77:])


def test_embeddings_are_remembered_and_forgotten_in_order(nets: Nets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveriff.render.riffusion.text._KEPT", 2)
    prompts = Prompts(nets.prompts._tokenizer, nets.prompts._encoder)
    for prompt in ("jazz", "jazz", "funk", "jazz"):
        prompts.embeddings((prompt,))
    assert prompts.encoded == 2
    prompts.embeddings(("piano",))  # funk is the longest unused
    prompts.embeddings(("jazz",))
    assert prompts.encoded == 3
    prompts.embeddings(("funk",))
    assert prompts.encoded == 4
