"""Typing a value in place: a line over the control, gone with Enter, Escape, or when the focus leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from liveriff.ui.typeahead import take_hold

if TYPE_CHECKING:
    from liveriff.ui.widgets.control import Control


class TypeIn(Input):
    """Lives inside the control it types for."""

    DEFAULT_CSS = """
    TypeIn, TypeIn:focus { height: 1; width: 1fr; border: none; padding: 0; background: $panel; color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, control: Control) -> None:
        """With the present value, all of it chosen, so that typing replaces it."""
        super().__init__(control.store.text(control.path), select_on_focus=True, compact=True)
        self._control = control
        self._left = False

    def on_mount(self) -> None:
        """Type at once."""
        take_hold(self)
        self._control.store.say(f"{self._control.label}: {self._control.spec.kind.describe(self._control.spec.unit)}.")

    async def action_submit(self) -> None:
        """Set it; what cannot be read is answered by the store, and nothing changes."""
        self._control.store.set(self._control.path, self.value)
        self.action_leave()

    def action_leave(self) -> None:
        """Back to the control."""
        if not self._left:
            self._left = True
            take_hold(self._control)
            self.remove()

    def on_blur(self, event: events.Blur) -> None:
        """The focus went elsewhere: nothing changes."""
        if not self._left:
            self._left = True
            self.remove()
