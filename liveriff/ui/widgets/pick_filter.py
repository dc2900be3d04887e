"""The line in which a few letters narrow a list. Only while it is written do letters go into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from liveriff.ui.typeahead import take_hold
from liveriff.ui.widgets.pick import Pick


class FilterLine(Input):
    """``of`` gives the list it narrows; Up, Down and Enter act on that while one types."""

    DEFAULT_CSS = """
    FilterLine { width: 1fr; background: $surface; color: $foreground; padding: 0 1; }
    FilterLine:focus { background: $panel; }
    FilterLine > .input--placeholder { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "go(-1)", show=False),
        Binding("down", "go(1)", show=False),
        Binding("tab", "keep", show=False),
    ]

    def __init__(self, of: Callable[[], Pick], hint: str = "/ filters the list") -> None:
        """of: asked whenever it is needed; hint: stands there while nothing is written."""
        super().__init__(compact=True, placeholder=hint, select_on_focus=False)
        self.cursor_blink = False
        self.can_focus = False
        self._of = of

    def begin(self) -> None:
        """Write."""
        self.can_focus = True
        take_hold(self)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow while one types."""
        event.stop()
        self._of().narrow(event.value)

    def action_go(self, by: int) -> None:
        """Along the list."""
        self._of().action_go(by)

    def action_keep(self) -> None:
        """Back to the list, narrowed as it is."""
        take_hold(self._of())

    def action_leave(self) -> None:
        """Show all again."""
        self.value = ""
        take_hold(self._of())

    async def action_submit(self) -> None:
        """Choose, and show all again."""
        chosen = self._of()
        chosen.action_choose("")
        if self.screen.focused is self:  # whoever was chosen may have taken the focus
            take_hold(chosen)
        self.value = ""

    def on_blur(self) -> None:
        """Letters act again."""
        self.can_focus = False
