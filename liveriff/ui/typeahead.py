"""Keys act in the order they were pressed in, however far ahead of the screen a hand is.

Textual gives a key to the widget that has the focus, and looks for its action only when it has come back up through
all that is around that widget. Of two keys in one go the second is given away before the first has acted: after the key
that opens an editor the letters of what should be written would act as keys of the performance. So here a key acts as
soon as it comes, unless an editor has it; and while an editor is about to open or to close, keys wait.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import App
from textual.widget import Widget
from textual.widgets import Input

from liveriff.ui.stage_screen import StageScreen

if TYPE_CHECKING:
    from liveriff.ui.app import Face

PATIENCE_S = 1.0
"""So long keys wait for an editor that was promised."""
DIRECT = hasattr(App, "_check_bindings")
"""Whether this Textual lets an action be found without the way through the widgets; else keys go that way."""


class TypeAhead(App[str]):
    """An app that keeps the order of keys."""

    def __init__(self) -> None:
        """No key waits."""
        super().__init__()
        self._waiting: deque[events.Key] = deque()
        self._closed_until = 0.0  # time.monotonic() until which keys wait
        self._awaited: events.Key | None = None

    def expect_editor(self) -> None:
        """An editor will open in a moment: let keys wait for it."""
        self._closed_until = time.monotonic() + PATIENCE_S

    def editor_open(self) -> None:
        """It has the focus, or will have none."""
        self._closed_until, self._awaited = 0.0, None
        if self._waiting:
            self.call_later(self.let_keys_through)

    def look_at_keys(self) -> None:
        """At every frame: no promise holds for ever."""
        if self._waiting and time.monotonic() >= self._closed_until:
            self.editor_open()

    async def let_keys_through(self) -> None:
        """What has waited, until something has to be waited for again."""
        while self._waiting and time.monotonic() >= self._closed_until:
            await self._press(self._waiting.popleft())

    async def on_event(self, event: events.Event) -> None:
        """As Textual's, but for keys."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._waiting or time.monotonic() < self._closed_until:
            self._waiting.append(event)
        else:
            await self._press(event)

    async def _press(self, key: events.Key) -> None:
        if not isinstance(self.screen, StageScreen):  # the palette
            await super().on_event(key)
        elif isinstance(self.focused, Input):
            if not key.is_printable:  # it comes back, and what it does may close the editor
                self._awaited = key
                self.expect_editor()
            await super().on_event(key)
        elif not await self._act(key):
            await super().on_event(key)

    async def _act(self, key: events.Key) -> bool:
        if not DIRECT:
            return False
        return await self._check_bindings(key.key, priority=True) or await self._check_bindings(key.key)

    async def _on_key(self, event: events.Key) -> None:
        """It has come back from an editor."""
        event.prevent_default()  # or Textual does what is done here once more
        await super()._on_key(event)
        if event is self._awaited:
            self.editor_open()


def take_hold(editor: Widget) -> None:
    """Give an editor the focus now, not when the app has done all else; keys that waited for it come. UI's loop."""
    editor.screen.set_focus(editor)
    cast("Face", editor.app).editor_open()
