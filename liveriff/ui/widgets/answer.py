"""The line that answers: what the performer did last, or what the engine has to say, whichever is newer.

A value is typed here too, without a dialogue: ``ask`` turns the line into an editor, Enter and Escape turn it back.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from liveriff.errors import UsageError
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE
from liveriff.ui.keys import Key
from liveriff.ui.live import Live
from liveriff.ui.store import label
from liveriff.ui.typeahead import take_hold
from liveriff.ui.widgets.prompt_words import complete

FRESH_S = 1.0
"""So long a new sentence stands out."""
HEADING = "Typing a value on the last line"
CONTROL_KEYS: tuple[Key, ...] = (
    Key("enter", "submit", "Set", "Set what was typed; what does not fit is told, and may be mended.", HEADING),
    Key("up,down", "step", "Step", "The next value that is offered.", HEADING),
    Key("tab", "accept", "Complete", "Take the completion that is shown dimmed.", HEADING),
    Key("escape", "leave", "Leave", "Leave the value as it was.", HEADING),
)


class Line(NamedTuple):
    """What the line shows. kind: own, told or trouble; fresh: a moment ago."""

    kind: str
    words: str
    fresh: bool
    unread: int


SIGNS = {"own": ("·", "-", ""), "told": ("»", ">", "$primary"), "trouble": ("✖", "!", "$error")}
"""Sign, sign in ASCII and colour of each kind."""


class AnswerLine(Live):
    """One line; the newest sentence wins, and stays until there is another."""

    DEFAULT_CSS = """
    AnswerLine { height: 1; width: 1fr; padding: 0 1; background: $surface; color: $foreground; }
    AnswerLine > Static { display: none; width: auto; max-width: 70%; height: 1; color: $accent; text-style: bold; }
    """

    _answers = 0
    _told = ""
    _kind = "own"
    _line = ""
    _fresh_until = float("-inf")
    _unread = 0

    def compose(self) -> ComposeResult:
        """The editor is there from the start, unseen."""
        yield Static(markup=False)
        yield ValueLine()

    def seen(self, now: float) -> Line:
        """The sentence; while there is no engine, that."""
        told = self.store.words("/status/message")
        if self.face.view.id == "health":
            self._unread = 0
        if not self.store.link.connected:
            return Line("trouble" if self.store.met else "told", self.store.link.trouble, False, 0)
        if self.store.answers != self._answers:
            self._answers = self.store.answers
            self._say("trouble" if self.store.trouble else "own", self.store.answer, now)
        if told != self._told:
            self._told = told
            if told:
                self._unread += self.face.view.id != "health"
                self._say("told", told, now)
        return Line(self._kind, self._line, now < self._fresh_until, self._unread)

    def _say(self, kind: str, words: str, now: float) -> None:
        self._kind, self._line, self._fresh_until = kind, words, now + FRESH_S

    def render(self) -> Content:
        """The sentence as it is (prompts may hold brackets, which are no markup); right of it what waits in the log."""
        line = self._seen
        if not isinstance(line, Line) or self.query_one(ValueLine).display:
            return Content("")
        sign, plain, colour = SIGNS[line.kind]
        waits = f"  {line.unread} in the log (F7)" if line.unread else ""
        room = max(1, self.size.width - len(waits) - 2)
        words = line.words if len(line.words) <= room else f"{line.words[: room - 1]}…"
        style = f"{colour} bold" if line.fresh else colour
        mark = f"{plain if self.face.plain else sign} " if line.words else "  "
        return Content.assemble((mark, style), (f"{words:<{room}}", style), (waits, "$text-muted"))

    # --- typing a value ----------------------------------------------------------------------------------------------

    def ask(self, path: str, first: str = "") -> None:
        """Let the performer type a value of a parameter, beginning with ``first``."""
        spec = TABLE.get(path)
        if spec is not None:
            self.query_one(ValueLine).begin(spec, first)

    def question(self, words: str) -> None:
        """What stands before the editor; "" ends the asking."""
        sign = self.query_one(Static)
        sign.display = bool(words)
        sign.update(f"{words} ")
        self.refresh()


class ValueLine(Input):
    """The editor in the line."""

    DEFAULT_CSS = """
    ValueLine { display: none; width: 1fr; background: $panel; color: $foreground; }
    ValueLine > .input--suggestion { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("tab", "accept", show=False),
    ]

    def __init__(self) -> None:
        """Shown by ``begin``."""
        super().__init__(compact=True, suggester=OfferSuggester())
        self.cursor_blink = False
        self._spec: Spec | None = None
        self._offers: tuple[str, ...] = ()
        self._came_from: Widget | None = None

    @property
    def bar(self) -> AnswerLine:
        """The line around it."""
        assert isinstance(self.parent, AnswerLine)
        return self.parent

    def begin(self, spec: Spec, first: str) -> None:
        """Ask for a value; first: what is written already, "" for the value as it is."""
        assert isinstance(self.suggester, OfferSuggester)
        store = self.bar.store
        self._spec, self._came_from = spec, self.screen.focused
        options = tuple(spec.format(option) for option in spec.kind.options)
        self._offers = self.suggester.offers = (*options, *store.offers(spec.path))
        self.value = first or (store.text(spec.path) if spec.kind.held else "")
        self.display = True
        self.bar.question(f"{label(spec.path)}, {spec.kind.describe(spec.unit)}:")
        take_hold(self)

    def action_step(self, by: int) -> None:
        """Through what is offered."""
        if self._offers:
            here = self._offers.index(self.value) if self.value in self._offers else -1 if by > 0 else 0
            self.value = self._offers[(here + by) % len(self._offers)]
            self.action_end()

    def action_accept(self) -> None:
        """Take the completion."""
        if self._suggestion:
            self.value = self._suggestion
            self.action_end()

    def action_leave(self) -> None:
        """Leave the value as it was."""
        if self._spec is not None and self._spec.kind.held:
            self.bar.store.say(f"{label(self._spec.path)} stays {self.bar.store.text(self._spec.path)}.")
        self._end()

    async def action_submit(self) -> None:
        """Set it; what does not fit is told where the question stood."""
        if self._spec is None:
            return
        try:
            value = self._spec.coerce(self.value)
        except UsageError as error:
            self.bar.question(f"{'!' if self.bar.face.plain else '✖'} {error}")
            return
        self.bar.store.set(self._spec.path, value)
        self._end()

    def on_blur(self) -> None:
        """The hand went elsewhere: nothing is set."""
        if self.display and self.app.screen is self.screen:
            self._spec = None
            self._close()

    def _end(self) -> None:
        came_from, self._came_from, self._spec = self._came_from, None, None
        self._close()
        if came_from is not None and came_from.is_attached:
            take_hold(came_from)
        else:
            self.screen.set_focus(None)

    def _close(self) -> None:
        self.display = False
        self.bar.question("")


class OfferSuggester(Suggester):
    """Ghost completion from what may be chosen."""

    offers: tuple[str, ...] = ()

    def __init__(self) -> None:
        """Offers change with the question, so nothing is cached."""
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """As Textual asks."""
        return complete(value, self.offers, ())
