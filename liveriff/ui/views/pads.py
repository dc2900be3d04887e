"""The pads view: the sixteen as they lie on the hardware, number 1 at the bottom left; beside them the one in hand."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content

from liveriff.params.table import TABLE
from liveriff.params.words import BANKS, PADS
from liveriff.ui.keys import Key
from liveriff.ui.live import Live
from liveriff.ui.look import letters
from liveriff.ui.views.base import View
from liveriff.ui.widgets.control import Control
from liveriff.ui.widgets.controls import control_for
from liveriff.ui.widgets.pad import Hit, Pad
from liveriff.ui.widgets.prompt import PromptField

ROW = 4
GRID = "zxcvasdfqwer1234"
"""The key of each pad: as on the keyboard, pad 1 at the bottom left."""
LOUDNESS = {"5": 0.3, "6": 0.45, "7": 0.6, "8": 0.75, "9": 0.9, "0": 1.0}
"""The velocity that keys strike with, and the keys that choose it."""
SETTINGS = ("category", "seed", "reroll", "morph", "pitch", "level", "mode", "choke", "quantum", "stop")

HEADING = "The pads view"
KEYS: tuple[Key, ...] = (
    Key("1,2,3,4", "strike", "Row 4", "Pads 13 to 16.", HEADING),
    Key("q,w,e,r", "strike", "Row 3", "Pads 9 to 12.", HEADING),
    Key("a,s,d,f", "strike", "Row 2", "Pads 5 to 8.", HEADING),
    Key("z,x,c,v", "strike", "Row 1", "Pads 1 to 4.", HEADING),
    Key("5,6,7,8,9,0", "loudness", "Loudness", "How hard the keys strike: 5 soft to 0 full.", HEADING),
    Key("up,down,left,right", "select", "Select", "Take another pad into the hand without a sound.", HEADING),
    Key("enter", "again", "Strike", "Strike the pad in hand.", HEADING),
    Key("y", "pad_pull('reroll')", "Reroll", "Another variation of the pad in hand.", HEADING),
    Key("k", "pad_nudge('category')", "Kind", "Next kind of sound for the pad in hand.", HEADING),
    Key("p", "write", "Words", "Write the words of the pad in hand.", HEADING),
    Key("o", "pad_pull('stop')", "Off", "Stop the pad in hand.", HEADING),
    Key("b,B", "bank", "Bank", "Next bank; with Shift the one before.", HEADING),
    Key("Z,C", "", "Freeze, Role", "What z and c do elsewhere. (E goes on writing prompt b, F2 e prompt a.)", HEADING),
)
"""What this view shadows, it gives with Shift."""


class PadsView(View):
    """Keys strike while the view is shown; only a text field that is being written takes them."""

    DEFAULT_CSS = """
    PadsView { layout: horizontal; }
    PadsView #pad-left { width: 2fr; height: 1fr; }
    PadsView #pad-right { width: 1fr; min-width: 30; max-width: 52; height: 1fr; padding: 0 0 0 1; }
    PadsView PadHead { height: 1; width: 1fr; padding: 0 1; }
    PadsView PadGrid { width: 1fr; height: 1fr; layout: grid; grid-size: 4 4; grid-gutter: 1 1; padding: 0 1; }
    PadsView PadTitle { height: 1; width: 1fr; padding: 0 1; text-style: bold; }
    PadsView PromptField { margin: 0 0 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"strike({number})", show=False) for number, key in zip(PADS, GRID, strict=True)),
        *(Binding(key, f"loudness({velocity})", show=False) for key, velocity in LOUDNESS.items()),
        Binding("left", "select(-1, 0)", show=False),
        Binding("right", "select(1, 0)", show=False),
        Binding("up", "select(0, 1)", show=False),
        Binding("down", "select(0, -1)", show=False),
        Binding("enter", "again", show=False),
        Binding("y", "pad_pull('reroll')", show=False),
        Binding("k", "pad_nudge('category')", show=False),
        Binding("p", "write", show=False),
        Binding("o", "pad_pull('stop')", show=False),
        Binding("b", "bank(1)", show=False),
        Binding("B", "bank(-1)", show=False),
        Binding("Z", "app.deck_toggle('freeze')", show=False),
        Binding("C", "app.deck_nudge('category', 1)", show=False),
    ]

    selected = PADS[0]
    velocity = 1.0

    def compose(self) -> ComposeResult:
        """Grid on the left, the pad in hand on the right."""
        with Vertical(id="pad-left"):
            yield PadHead()
            yield PadGrid(self.struck)
        with Vertical(id="pad-right"):
            yield PadTitle()
            yield PromptField(f"/pad/{self.selected}/prompt")
            for name in SETTINGS:
                yield control_for(f"/pad/{self.selected}/{name}")

    def on_mount(self) -> None:
        """Hear what others hit."""
        self.select(self.selected)
        self.store.on_pull(self._heard)

    @property
    def grid(self) -> PadGrid:
        """The sixteen."""
        return self.query_one(PadGrid)

    def arrive(self) -> None:
        """The grid has the focus, so that the keys come here and not to the app."""
        self.screen.set_focus(self.grid)

    def frame(self, now: float) -> None:
        """As every view; and where nothing has the focus, the grid takes it."""
        super().frame(now)
        if self.app.screen is self.screen and self.screen.focused is None:
            self.screen.set_focus(self.grid)

    # --- striking ----------------------------------------------------------------------------------------------------

    def struck(self, number: int, velocity: float) -> None:
        """By the mouse: a velocity, and 0 when it is let go."""
        if velocity > 0:
            self.grid.pad(number).struck()
            self.select(number)
            self.store.pull(f"/pad/{number}/trigger", velocity)
        elif self.store.get(f"/pad/{number}/mode") != "one-shot":
            self.store.pull(f"/pad/{number}/trigger", 0.0)

    def action_strike(self, number: int) -> None:
        """By a key."""
        self.grid.pad(number).struck()
        self.select(number)
        self.face.action_hit(number, self.velocity)

    def action_again(self) -> None:
        """The pad in hand."""
        self.action_strike(self.selected)

    def action_loudness(self, velocity: float) -> None:
        """How hard the keys strike."""
        self.velocity = velocity
        self.store.say(f"Keys strike pads at {velocity:.2f}.")

    def _heard(self, path: str, value: float) -> None:
        room, _, rest = path.strip("/").partition("/")
        number, _, name = rest.partition("/")
        if room == "pad" and name == "trigger" and value > 0:
            self.grid.pad(int(number)).struck()

    # --- the pad in hand ---------------------------------------------------------------------------------------------

    def select(self, number: int) -> None:
        """Take a pad into the hand."""
        self.grid.pad(self.selected).selected = False
        self.selected = number
        self.grid.pad(number).selected = True
        self.grid.path = self.grid.pad(number).path
        self.query_one(PromptField).path = f"/pad/{number}/prompt"
        for control, name in zip(self.query(Control), SETTINGS, strict=True):
            control.path = f"/pad/{number}/{name}"
            control.spec = TABLE[control.path]
            control.tooltip = control.spec.doc

    def action_select(self, across: int, up: int) -> None:
        """A pad beside the one in hand; at the edge it stays."""
        column, row = (self.selected - 1) % ROW + across, (self.selected - 1) // ROW + up
        if 0 <= column < ROW and 0 <= row < ROW:
            self.select(row * ROW + column + 1)

    def action_pad_pull(self, name: str) -> None:
        """A trigger of the pad in hand."""
        self.store.pull(f"/pad/{self.selected}/{name}")

    def action_pad_nudge(self, name: str) -> None:
        """A setting of the pad in hand."""
        path = f"/pad/{self.selected}/{name}"
        spec = self.store.spec(path)
        if spec is not None:
            here = spec.kind.options.index(self.store.get(path))
            self.store.set(path, spec.kind.options[(here + 1) % len(spec.kind.options)])

    def action_write(self) -> None:
        """The words of the pad in hand."""
        self.query_one(PromptField).edit()

    def action_bank(self, by: int) -> None:
        """Another bank, round and round."""
        bank = int(self.store.number("/pad/bank", 1))
        self.store.set("/pad/bank", (bank - 1 + by) % BANKS + 1)


class PadHead(Live):
    """Bank, and how hard the keys strike."""

    def seen(self, now: float) -> object:
        """Both."""
        assert isinstance(self.face.view, PadsView)
        return self.store.text("/pad/bank"), self.store.audible("/pad/bank"), self.face.view.velocity

    def render(self) -> Content:
        """In words."""
        if not isinstance(self._seen, tuple):
            return Content("")
        bank, audible, velocity = self._seen
        style = "" if audible else "$text-muted"
        return Content.assemble(("PADS  ", "bold"), (f"bank {bank} ", style), f" keys strike at {velocity:.2f}")


class PadTitle(Live):
    """Which pad is in hand."""

    def seen(self, now: float) -> object:
        """Number and kind."""
        assert isinstance(self.face.view, PadsView)
        number = self.face.view.selected
        return number, self.store.words(f"/pad/{number}/category")

    def render(self) -> Content:
        """In words."""
        if not isinstance(self._seen, tuple):
            return Content("")
        number, category = self._seen
        return Content(f"PAD {number}  {letters(category)} {category}")


class PadGrid(Container, can_focus=True):
    """Four rows of four; ``path`` is the trigger of the pad in hand, so that it can be learnt."""

    def __init__(self, hit: Hit) -> None:
        """hit: called with a number and a velocity."""
        super().__init__()
        self._pads = {number: Pad(number, key, hit) for number, key in zip(PADS, GRID, strict=True)}
        self.path = self._pads[PADS[0]].path

    def compose(self) -> ComposeResult:
        """The top row first."""
        for first in range(len(PADS) - ROW + 1, 0, -ROW):
            for number in range(first, first + ROW):
                yield self._pads[number]

    def pad(self, number: int) -> Pad:
        """By its number."""
        return self._pads[number]
