"""The mixer view: a strip a deck, the master with its effects, the crossfader."""

from __future__ import annotations

from textual.app import ComposeResult

from liveriff.params.words import DECKS
from liveriff.ui.views.following import Following
from liveriff.ui.widgets.fader import Slide
from liveriff.ui.widgets.mixerplan import CROSSFADER, LEVEL, mixer_plan
from liveriff.ui.widgets.placed import Plan
from liveriff.ui.widgets.strips import Channel, Master


class MixerView(Following):
    """All that is heard at once."""

    FIRST = LEVEL

    def compose(self) -> ComposeResult:
        """The strips."""
        for deck in DECKS:
            yield Channel(deck)
        yield Master()
        yield Slide(CROSSFADER, ("A", "B"), "crossfader")

    def plan(self, width: int, height: int) -> Plan:
        """As ``mixer_plan``."""
        return mixer_plan(width, height, self._in_hand)
