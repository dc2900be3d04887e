"""What the training reads of a piece: a line of facts and captions to go with its sound. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Protocol

from liveriff.train.material import captions
from liveriff.train.material.captions import Tags
from liveriff.train.material.kernels import Sound
from liveriff.train.material.measure import Pictures, brightness, density

_LOW, _HIGH = 0.25, 0.75
_OF_CAPTIONS, _OF_HELD = 7, 8
"""Seeds are multiplied by 16 and these added: captions are drawn apart from sounds."""


class Known(Protocol):
    """A piece of material: what ``facts_of`` reads of it."""

    @property
    def sound(self) -> Sound: ...
    @property
    def category(self) -> str: ...
    @property
    def tonic(self) -> int: ...
    @property
    def mode(self) -> str: ...
    @property
    def bpm(self) -> float: ...
    @property
    def tags(self) -> Tags: ...


@dataclass(frozen=True)
class Item:
    """category: "drums", ... or "hit kick", ...; style: "any" where there is none; tonic: 0 is C, None where there is
    no key; density, brightness: 0..1; captions: 16 phrases, all true; held: 3 in words that training does not read;
    frames: of the sound."""

    category: str
    style: str
    tonic: int | None
    mode: str
    bpm: float
    density: float
    brightness: float
    captions: tuple[str, ...]
    held: tuple[str, ...]
    seed: int
    frames: int = 0

    def line(self) -> dict[str, object]:
        """The item as JSON takes it."""
        return {**asdict(self), "captions": list(self.captions), "held": list(self.held)}


def facts_of(piece: Known, dense: float, bright: float, seed: int) -> Item:
    """The facts of a piece whose density and brightness (0..1) were measured."""
    facts = (piece.category, piece.tonic, piece.mode, piece.bpm, piece.tags)
    return replace(_item(*facts, dense, bright, seed), frames=len(piece.sound))


def item(category: str, tonic: int, mode: str, bpm: float, tags: Tags, picture: Pictures, seed: int) -> Item:
    """The facts of a picture, measured on it; ``tonic`` below 0 means none."""
    kind = category.removeprefix("hit ")
    return _item(category, tonic, mode, bpm, tags, density(picture, kind), brightness(picture, kind), seed)


def _item(category: str, tonic: int, mode: str, bpm: float, tags: Tags, dense: float, bright: float, seed: int) -> Item:
    known = _measured(tags, dense, bright, not category.startswith("hit "))
    return Item(
        category=category,
        style=tags.style or "any",
        tonic=tonic if tonic >= 0 else None,
        mode=mode,
        bpm=bpm,
        density=round(dense, 3),
        brightness=round(bright, 3),
        captions=captions.captions(known, 16 * seed + _OF_CAPTIONS),
        held=captions.held(known, 16 * seed + _OF_HELD),
        seed=seed,
    )


def _measured(tags: Tags, dense: float, bright: float, loop: bool) -> Tags:
    """Tags with what was measured; a treatment that the measurement denies is not told."""
    denied = "bright" if bright < 0.4 else "dull" if bright > 0.6 else ""
    moods = [mood for mood in tags.moods if mood != denied]
    if loop and not _LOW <= dense <= _HIGH:
        moods.append("busy" if dense > _HIGH else "sparse")
    if not _LOW <= bright <= _HIGH:
        moods.append("bright" if bright > _HIGH else "dull")
    return replace(tags, moods=tuple(dict.fromkeys(moods)))
