"""Deciding between styles: what is meant a little is meant, what means none stays, and weights keep it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor
from unet_toys import store

from liveriff.params.words import CHUNKS
from liveriff.render.embedded import model
from liveriff.render.embedded.text import TextEncoder
from liveriff.render.embedded.weights import FOLDER
from liveriff.train import unet
from liveriff.train.deciding import FOUND, decided, undecided
from liveriff.train.material.words import ROLES, STYLES

ALL = sorted(STYLES)
SPOKEN = [f"{style} {role}" for style in ALL for kind in CHUNKS for role in ROLES.get(kind, (kind,))[:2]]


@pytest.fixture(scope="module")
def text() -> TextEncoder:
    """The shipped words, undecided."""
    return undecided(model.load(FOLDER).text)


@pytest.fixture(scope="module")
def sure(text: TextEncoder) -> TextEncoder:
    """The same, decided."""
    return decided(text, ALL)


def away(vectors: Tensor, sure: TextEncoder) -> Tensor:
    """Squared distances from styles, along what tells them apart."""
    place = (vectors - sure.midst) @ sure.axes.T
    return (place[:, None] - sure.places).square().sum(dim=2)


@torch.inference_mode()
def test_what_is_nearest_comes_nearer_and_all_else_stays(text: TextEncoder, sure: TextEncoder) -> None:
    before, after = text.embed(SPOKEN), sure.embed(SPOKEN)
    nearest = away(before, sure)[:, :-1].argmin(dim=1, keepdim=True)
    closer = away(after, sure).gather(1, nearest) < away(before, sure).gather(1, nearest)
    assert float(closer.float().mean()) > 0.95
    moved = after - before
    torch.testing.assert_close(moved, moved @ sure.axes.T @ sure.axes, atol=1e-4, rtol=1e-3)


@pytest.fixture
def three() -> TextEncoder:
    """Three styles about those who name none, in the first two of four numbers."""
    made: TextEncoder = TextEncoder(width=4, styles=3)
    made.axes.copy_(torch.eye(2, 4))
    made.places.copy_(torch.tensor([[1.0, 0.0], [-0.5, 0.87], [-0.5, -0.87], [0.0, 0.0]]))
    return made.eval()


@pytest.mark.parametrize(
    ("told", "then"),
    [
        pytest.param((1.0, 0.0), (1.0, 0.0), id="a plain name"),
        pytest.param((0.0, 0.0), (0.0, 0.0), id="none"),
        pytest.param((0.7, 0.0), (0.90, 0.0), id="a style, nearly"),
        pytest.param((0.7, 0.3), (0.90, 0.1), id="a style, and a little another"),
        pytest.param((0.2, 0.0), (0.2, 0.0), id="none, nearly"),
    ],
)
def test_what_is_meant_a_little_is_meant(three: TextEncoder, told: Sequence[float], then: Sequence[float]) -> None:
    found = three._decided(torch.tensor([[*told, 0.4, -2.0]]))
    torch.testing.assert_close(found, torch.tensor([[*then, 0.4, -2.0]]), atol=0.02, rtol=0)


def test_nothing_is_still_nothing(sure: TextEncoder) -> None:
    assert not sure.embed(["", "  ,."]).any()


@torch.inference_mode()
def test_it_is_kept_with_the_weights_and_can_be_taken_out(text: TextEncoder, sure: TextEncoder, tmp_path: Path) -> None:
    sure.save_pretrained(tmp_path)
    kept: TextEncoder = TextEncoder.from_pretrained(tmp_path)
    torch.testing.assert_close(kept.embed(SPOKEN), sure.embed(SPOKEN))
    assert set(sure.state_dict()) - set(text.state_dict()) == set(FOUND)
    torch.testing.assert_close(undecided(sure).embed(SPOKEN), text.embed(SPOKEN))
    torch.testing.assert_close(decided(sure, ALL).places, sure.places)


@pytest.mark.parametrize("styles", [[], ["house"]])
def test_of_less_than_two_styles_nothing_is_decided(text: TextEncoder, styles: list[str]) -> None:
    assert decided(text, styles).config.styles == 0


def test_who_goes_on_learning_from_decided_weights_begins_undecided(sure: TextEncoder, tmp_path: Path) -> None:
    shipped = model.load(FOLDER)
    shipped.text = sure
    model.save(shipped, tmp_path, {})
    text = unet._begun(tmp_path, store(2, 32)).text
    assert text.config.styles == 0
    assert all(value.requires_grad for value in text.parameters())
