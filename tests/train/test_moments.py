"""Moments: what is like the material is not apart from it, and what is not comes nearer by their gradient."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from unet_toys import store

from liveriff.params.words import CHUNKS
from liveriff.render.embedded.conditions import CATEGORIES
from liveriff.render.embedded.text import TextEncoder
from liveriff.train.listener import Lessons, Listener
from liveriff.train.moments import Moments, inner, of_material, plain


def lessons(items: int = 256) -> Lessons:
    """Loops whose four categories differ by their mean."""
    made = store(items, 32)
    dice = torch.Generator().manual_seed(1)
    kinds = torch.arange(items) % len(CHUNKS)
    latents = torch.randn(items, 16, 32, 32, generator=dice) * 0.5 + kinds[:, None, None, None]
    told = replace(made.told, category=torch.tensor([CATEGORIES.index(CHUNKS[kind]) for kind in kinds.tolist()]))
    facts = [{"style": ("house", "dub")[place // 4 % 2], "seed": place // 4} for place in range(items)]
    return Lessons(replace(made, latents=latents.half(), told=told, facts=facts))


def taught(of: Lessons, size: int = 64) -> tuple[Tensor, Tensor]:
    rows = of.taught[:size]
    return of.store.latents[rows].float(), of.store.told.take(rows).category


def test_what_is_taken_from_the_material_is_near_and_what_is_shifted_or_stretched_is_not() -> None:
    known = lessons()
    loops, kinds = taught(known)
    near = float(Moments(plain, known).apart(loops, kinds))
    for other in (loops + 2.0, 3.0 * loops, loops.roll(1, dims=0)):
        assert float(Moments(plain, known).apart(other, kinds)) > 3.0 * near


def test_a_kind_that_is_not_there_does_not_count() -> None:
    known = lessons()
    loops, kinds = taught(known)
    assert float(Moments(plain, known).apart(loops[:1], kinds[:1])) == 0.0


def test_its_gradient_leads_to_the_material_however_long_it_has_followed() -> None:
    torch.manual_seed(2)
    known = lessons()
    loops, kinds = taught(known)
    moments, shift = Moments(plain, known), torch.full((1,), 2.0, requires_grad=True)
    for _ in range(60):
        (slope,) = torch.autograd.grad(moments.apart(loops + shift, kinds), shift)
        with torch.no_grad():
            shift -= 0.2 * slope
    assert abs(float(shift)) < 0.3


def test_a_listener_hears_the_same_moments_in_the_same_loops() -> None:
    torch.manual_seed(3)
    known = lessons(64)
    hears = Listener(2, TextEncoder(), widths=(8, 16, 16)).eval().requires_grad_(False)
    features = inner(hears, known.store.latents[:3].float())
    assert features.shape == (3, 384 + 2 * 8 * (8 + 16 + 16))
    itself, heard = of_material(hears, known)
    loops, kinds = taught(known, 56)
    assert float(itself.apart(loops, kinds)) < float(itself.apart(3.0 * loops, kinds))
    assert float(heard.apart(loops, kinds)) < float(heard.apart(-loops, kinds))
