"""The one screen of the app: a frame is painted when it is made, and a move of the focus paints two widgets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.message_pump import MessagePump
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from liveriff.ui.widgets.framed import Framed

_SCREEN, _WIDGET = ("_dirty_widgets", "_compositor"), ("_repaint_required", "_layout_required", "_scroll_required")


class StageScreen(Screen[None]):
    """As Textual's, whose every change of focus repaints the whole screen: 90 kB at 120x40 where one will do, and
    half of the time in which a key should be answered."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def set_focus(self, widget: Widget | None, *arguments: Any, **how: Any) -> None:
        """As Textual's; and the deck that is focused is in the hand at once, for the next key may be meant for it."""
        super().set_focus(widget, *arguments, **how)
        around = () if self.focused is None else self.focused.ancestors
        for panel in around:
            if isinstance(panel, Framed):
                panel.take_in_hand()

    def paint(self, stale: Iterable[Widget]) -> None:
        """Paint widgets that want it, at once. UI's loop, at the end of a frame.

        Left alone each would send itself a message and the screen another, and the screen would wait for a timer of
        60 Hz. The names used here are Textual's own; a version without them is left alone.
        """
        if not self.is_current or not all(hasattr(self, name) for name in (*_SCREEN, *_WIDGET)):
            for widget in stale:
                MessagePump.check_idle(widget)
            return
        for widget in set(stale):
            if widget._repaint_required and not (widget._layout_required or widget._scroll_required):
                widget._repaint_required = False
                if widget.display and widget in self._compositor:
                    self._dirty_widgets.add(widget)
            else:
                MessagePump.check_idle(widget)
        if self._dirty_widgets:
            self._on_timer_update()
