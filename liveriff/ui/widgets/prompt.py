"""A text parameter on one line: shown like any other value, and edited in place.

With the focus it is a stop on the way like a knob, and all keys of the performance work: Up and Down step through the
bank, Enter begins to write. Only while it is written do letters go into it.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from liveriff.params.table import SPECS
from liveriff.ui.keys import Key
from liveriff.ui.live import Live
from liveriff.ui.store import Store, label
from liveriff.ui.typeahead import take_hold
from liveriff.ui.widgets.prompt_history import History, Walk
from liveriff.ui.widgets.prompt_words import complete, vocabulary

HEADING = "Prompts"
CONTROL_KEYS: tuple[Key, ...] = (
    Key("enter", "edit", "Write", "Begin to write; Enter again sends it.", HEADING),
    Key("up,down", "step", "Bank", "The next prompt of the bank; while writing, what was written before.", HEADING),
    Key("tab,right", "complete", "Complete", "While writing: take the completion that is shown dimmed.", HEADING),
    Key("escape", "leave", "Leave", "While writing: leave the prompt as it was.", HEADING),
    Key("backspace,delete", "reset", "Default", "Back to the default.", HEADING),
)
"""For the help page."""

_BANKS = tuple(
    spec.path for spec in SPECS if spec.kind.name == "text" and spec.access == "rw" and "/prompt" in spec.path
)


class PromptField(Live, can_focus=True):
    """One line; ``path`` is the parameter. ``edit()`` puts the cursor into it, ``focus()`` only the frame around it."""

    DEFAULT_CSS = """
    PromptField { height: 1; width: 1fr; background: $surface; color: $foreground; padding: 0 1; }
    PromptField:hover { background: $panel; }
    PromptField:focus { background: $panel; color: $accent; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "edit", "Write", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("backspace,delete", "reset", show=False),
    ]
    hint = "no words yet"

    def __init__(self, path: str, *, history: History | None = None, id: str | None = None) -> None:
        """path: of a text parameter; history: None for the screen's."""
        super().__init__(id=id)
        self.path = path
        self._history = history
        self._came_from: Widget | None = None
        self.tooltip = label(path)

    def compose(self) -> ComposeResult:
        """The editor is there from the start, unseen."""
        yield PromptLine()

    @property
    def line(self) -> PromptLine:
        """The editor."""
        return self.query_one(PromptLine)

    @property
    def editing(self) -> bool:
        """Whether the performer is writing."""
        return self.line.display

    @property
    def history(self) -> History:
        """The screen's, unless one was given."""
        return self._history if self._history is not None else self.face.prompts

    # --- showing -----------------------------------------------------------------------------------------------------

    def seen(self, now: float) -> object:
        """The words; what is being written is the editor's own."""
        return self.store.words(self.path)

    def show(self) -> None:
        """Follow the engine, but never over what is being written."""
        if self.editing and self.store.words(self.path) != self.line.began:
            self.line.began = self.store.words(self.path)
            self.store.say(f"{label(self.path)} has become “{self.line.began}”. Enter sends yours, Escape leaves it.")
        self.refresh()

    def render(self) -> Content:
        """The words as they are: brackets are no markup."""
        words = self.store.words(self.path) if self.is_attached else ""
        return Content(words) if words else Content.styled(self.hint, "$text-muted")

    # --- acting ------------------------------------------------------------------------------------------------------

    def action_edit(self) -> None:
        """For the key."""
        self.edit()

    def edit(self) -> None:
        """Begin to write."""
        if not self.editing:
            self._came_from = self.screen.focused
            self.line.begin(self.store, self.path, self.history)

    def action_step(self, by: int) -> None:
        """Step through the bank."""
        if self.store.offers(self.path):
            self.store.nudge(self.path, by)
        else:
            self.store.say(f"{label(self.path)} has no bank in this scene. Enter begins to write.")

    def action_reset(self) -> None:
        """Back to the default."""
        self.store.reset(self.path)

    def on_click(self, event: events.Click) -> None:
        """A click means to write."""
        event.stop()
        self.edit()

    def leave(self, words: str | None) -> None:
        """Writing is over; None leaves the prompt as it was."""
        if words is None:
            self.store.say(f"{label(self.path)} stays “{self.store.words(self.path)}”.")
        else:
            self.history.add(words)
            self.store.set(self.path, words)
        came_from, self._came_from = self._came_from, None
        take_hold(came_from if came_from is not None and came_from.is_attached else self)
        self.line.display = False
        self.refresh()


class PromptLine(Input):
    """The editor inside a field; there only while the performer writes."""

    DEFAULT_CSS = """
    PromptLine { display: none; width: 1fr; background: $panel; color: $foreground; }
    PromptLine > .input--suggestion { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "walk(-1)", show=False),
        Binding("down", "walk(1)", show=False),
        Binding("tab", "accept", show=False),
    ]

    began = ""
    _leaving = False

    def __init__(self) -> None:
        """Shown by ``begin``."""
        super().__init__(compact=True, suggester=BankSuggester())
        self.cursor_blink = False
        self._walk = Walk(())

    def begin(self, store: Store, path: str, history: History) -> None:
        """Show what is there, all of it selected: typing replaces it, an arrow keeps it."""
        assert isinstance(self.suggester, BankSuggester)
        self.suggester.bank = (*store.offers(path), *reversed(history.entries))
        self.suggester.words = vocabulary((*(store.offers(bank) for bank in _BANKS), history.entries))
        self.began = store.words(path)
        self._walk = Walk(history.entries)
        self.value = self.began
        self._leaving = False
        self.display = True
        take_hold(self)

    @property
    def field(self) -> PromptField:
        """Whose editor this is."""
        assert isinstance(self.parent, PromptField)
        return self.parent

    def action_leave(self) -> None:
        """Leave it as it was."""
        self._end(None)

    def action_walk(self, by: int) -> None:
        """Through what was written before."""
        self.value = self._walk.step(by, self.value)
        self.action_end()

    def action_accept(self) -> None:
        """Take the completion."""
        if self._suggestion:
            self.value = self._suggestion
            self.action_end()

    async def action_submit(self) -> None:
        """Send it."""
        self._end(self.value)

    def on_click(self, event: events.Click) -> None:
        """Placing the cursor is no new beginning."""
        event.stop()

    def on_blur(self) -> None:
        """The hand went elsewhere (a click, another view): what was typed and not sent is kept for Up, not played."""
        if self.display and not self._leaving and self.app.screen is self.screen:
            if self.value != self.began:
                self.field.history.add(self.value)
            self._leaving = True
            self.display = False
            self.field.refresh()

    def _end(self, words: str | None) -> None:
        self._leaving = True
        self.field.leave(words)


class BankSuggester(Suggester):
    """Ghost completion from the bank, the history and the words of all banks."""

    bank: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __init__(self) -> None:
        """Banks change with scenes, so nothing is cached."""
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """As Textual asks."""
        return complete(value, self.bank, self.words)
