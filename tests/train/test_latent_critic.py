"""The critic of alignment: what it says, that it learns to tell apart, and who learns from its doubts."""

from __future__ import annotations

import copy

import pytest
import torch
from test_listener import WIDTHS, material
from torch import Tensor
from torch.nn import functional

from liveriff.render.embedded.conditions import CATEGORIES
from liveriff.render.embedded.text import TextEncoder
from liveriff.train import latent_critic
from liveriff.train.latent_critic import LatentCritic, Opponent, named, told_apart, unconvinced
from liveriff.train.listener import Facts, Lessons, Listener


def listener() -> Listener:
    torch.manual_seed(0)
    return Listener(2, TextEncoder(), widths=WIDTHS).eval().requires_grad_(False)


def some(size: int = 8) -> tuple[Tensor, Facts]:
    torch.manual_seed(1)
    return Lessons(material()).draw(size)


def test_it_begins_as_the_listener_and_calls_both_sides_by_the_same_names() -> None:
    hears = listener()
    critic = LatentCritic(hears)
    loops, facts = some()
    with torch.no_grad():
        found, heard = critic(loops, facts), hears(loops)
    assert torch.equal(found.style, hears.style(heard).repeat(1, 2))
    assert found.category.shape == (8, 2 * len(CATEGORIES))
    assert [scores.shape[2:] for scores in found.patches] == [(32, 32), (16, 16), (8, 8)]
    assert found.fits.shape == found.misfits.shape == (8,)


def test_two_halves_are_judged_by_the_same_facts() -> None:
    critic = LatentCritic(listener())
    loops, facts = some()
    with torch.no_grad():
        once, twice = critic(loops, facts), critic(torch.cat((loops, loops)), facts)
    for half in (slice(8), slice(8, None)):
        assert torch.allclose(twice.part(half).fits, once.fits, atol=1e-2)
        assert torch.allclose(twice.part(half).misfits, once.misfits, atol=1e-2)


def test_what_has_no_name_does_not_count() -> None:
    scores = torch.tensor([[4.0, 0.0], [0.0, 4.0]])
    both = named(scores, torch.tensor([0, 0]))
    assert torch.allclose(named(scores, torch.tensor([0, -1])), functional.cross_entropy(scores[:1], torch.tensor([0])))
    assert both > named(scores, torch.tensor([0, -1]))
    assert named(scores, torch.tensor([-1, -1])).item() == 0.0


def test_it_learns_to_tell_apart_and_then_doubts_what_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent_critic, "_INNER", 8)
    opponent = Opponent(listener())
    loops, facts = some(16)
    made = -loops
    before = told_apart(opponent.critic, loops, made, facts, facts.style).item()
    for _ in range(60):
        opponent.learn(loops, made, facts, facts.style)
    assert told_apart(opponent.critic, loops, made, facts, facts.style).item() < 0.6 * before
    assert opponent.doubts(made, facts).sum().item() > 1.5 * opponent.doubts(loops, facts).sum().item()
    again = Opponent(listener())
    again.load_state_dict(copy.deepcopy(opponent.state_dict()))
    torch.manual_seed(2)
    here = unconvinced(opponent.critic, made, facts)
    torch.manual_seed(2)
    assert torch.equal(here, unconvinced(again.critic, made, facts))


def test_only_what_is_made_learns_from_doubts() -> None:
    opponent = Opponent(listener())
    loops, facts = some()
    made = loops.clone().requires_grad_(True)
    opponent.doubts(made, facts).sum().backward()
    assert made.grad is not None
    assert bool(made.grad.any())
    assert all(value.grad is None for value in opponent.critic.parameters())
    opponent.learn(loops, made, facts, facts.style)
    words = {id(value) for value in opponent.critic.hears.text.parameters()}
    assert all((value.grad is None) for value in opponent.critic.parameters() if id(value) in words)
    assert any(value.grad is not None for value in opponent.critic.hears.body.parameters())
