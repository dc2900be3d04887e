"""Where styles lie among prompts' vectors, so that the text encoder can decide between them. Used by ``wording``.

A name that training never saw is mostly read as the right style, but only by a little: its vector lies between that of
the style's plain name and those of others. What the encoder then goes towards is found here.
"""

from __future__ import annotations

import torch
from torch import Tensor

from liveriff.params.words import CHUNKS
from liveriff.render.embedded.text import TextEncoder
from liveriff.train.material.words import ROLES

FOUND = ("midst", "axes", "places")


def plain(style: str, kind: str) -> list[str]:
    """A style's plain name with each name of a category; those alone without a style."""
    return [f"{style} {role}".strip() for role in ROLES.get(kind, (kind,))]


def undecided(text: TextEncoder) -> TextEncoder:
    """A copy without what was found, to be taught: that would be true no longer."""
    state = {name: value for name, value in text.state_dict().items() if name not in FOUND}
    return _like(text, 0, state)


@torch.no_grad()
def decided(text: TextEncoder, styles: list[str]) -> TextEncoder:
    """A copy that has what its own vectors tell of styles, to read with. Of less than two nothing is to be decided."""
    text = undecided(text).eval()
    if len(styles) < 2:
        return text
    names = torch.stack([torch.stack([_mean(text, style, kind) for style in styles]) for kind in CHUNKS])
    midst = names.mean(dim=(0, 1))
    apart = (names - names.mean(dim=1, keepdim=True)).mean(dim=0)
    axes = torch.linalg.svd(apart, full_matrices=False)[2][: len(styles) - 1]
    none = torch.stack([_mean(text, "", kind) for kind in CHUNKS]).mean(dim=0) - midst
    places = torch.cat((apart, none[None])) @ axes.T
    return _like(text, len(styles), {**text.state_dict(), "midst": midst, "axes": axes, "places": places})


def _mean(text: TextEncoder, style: str, kind: str) -> Tensor:
    """Over the category's names."""
    return text.embed(plain(style, kind)).float().mean(dim=0)


def _like(text: TextEncoder, styles: int, state: dict[str, Tensor]) -> TextEncoder:
    made: TextEncoder = TextEncoder(**{**text.config, "styles": styles})
    made.load_state_dict(state)
    learns = any(value.requires_grad for value in text.parameters())
    return made.to(text.scale.device).train(text.training).requires_grad_(learns)
