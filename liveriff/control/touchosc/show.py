"""What a layout is made for, and on which screen. Pure data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from liveriff.params.kinds import Value
from liveriff.params.words import DECKS


@dataclass(frozen=True)
class Size:
    """A canvas in points; TouchOSC scales it to the screen. A portrait one shows one deck at a time."""

    w: int
    h: int

    @property
    def portrait(self) -> bool:
        """Whether it stands."""
        return self.h > self.w


TABLET = Size(1024, 768)
PHONE = Size(414, 896)
SIZES: Mapping[str, Size] = {"tablet": TABLET, "phone": PHONE}


@dataclass(frozen=True)
class Show:
    """What a layout is made for.

    title: the layout's name; decks: which of them; banks: prompts by deck; values: by path, what controls show before
    the instrument has answered, where it is not the default; scenes: names for the buttons that load them;
    port: where the tablet listens, 0 where answers come back the way they were asked for (TCP).
    """

    title: str = "liveriff"
    decks: Sequence[int] = DECKS
    banks: Mapping[int, Sequence[str]] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    scenes: Sequence[str] = ()
    port: int = 9000

    def bank(self, deck: int) -> Sequence[str]:
        """The prompts of one deck."""
        return self.banks.get(deck, ())
