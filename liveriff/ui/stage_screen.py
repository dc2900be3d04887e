"""The one screen of the app. Moving the focus paints the two widgets it concerns, not everything."""

from __future__ import annotations

from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget


class StageScreen(Screen[None]):
    """As Textual's, whose every change of focus repaints the whole screen: 90 kB at 120x40 where one will do, and
    half of the time in which a key should be answered."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
