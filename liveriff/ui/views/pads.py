"""The pads view: a bank as it lies on the hardware, its first pad at the bottom left; beside it the one in hand."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content

from liveriff.params.table import TABLE
from liveriff.params.words import BANKS, PER_BANK
from liveriff.ui.live import Live
from liveriff.ui.look import letters
from liveriff.ui.views.base import View
from liveriff.ui.views.pad_tables import ALL, GRID, KEYS, LABELS, LOUDNESS, PLACES, ROOM, ROW, SETTINGS, SOUND
from liveriff.ui.widgets.control import Control
from liveriff.ui.widgets.controls import control_for
from liveriff.ui.widgets.pad import Hit, Pad
from liveriff.ui.widgets.prompt import PromptField

__all__ = ["GRID", "KEYS", "LOUDNESS", "PadsView"]


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
        *(Binding(key, f"strike({place})", show=False) for place, key in zip(PLACES, GRID, strict=True)),
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
        Binding("K", "kit", show=False),
        Binding("T", "take", show=False),
        Binding("delete", "pad_pull('clear')", show=False),
        Binding("b", "bank(1)", show=False),
        Binding("B", "bank(-1)", show=False),
        Binding("Z", "app.deck_toggle('freeze')", show=False),
        Binding("D", "dials", show=False),
        Binding("F", "app.deck_pull('fill')", show=False),
        Binding("C", "app.deck_nudge('category', 1)", show=False),
    ]

    selected = 1
    bank = 1
    velocity = 1.0
    page = 0

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
            for path in ALL:
                yield control_for(path, label=LABELS[path])

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
        bank = int(self.store.number("/pad/bank", 1))
        if bank != self.bank:
            self._turn(bank)
        if self.app.screen is self.screen and self.screen.focused is None:
            self.screen.set_focus(self.grid)

    # --- striking ----------------------------------------------------------------------------------------------------

    def struck(self, place: int, velocity: float) -> None:
        """By the mouse: a velocity, and 0 when it is let go."""
        number = self._number(place)
        if velocity > 0:
            self.grid.pad(place).struck()
            self.select(number)
            self.store.pull(f"/pad/{number}/trigger", velocity)
        elif self.store.get(f"/pad/{number}/mode") != "one-shot":
            self.store.pull(f"/pad/{number}/trigger", 0.0)

    def action_strike(self, place: int) -> None:
        """By a key."""
        self.grid.pad(place).struck()
        self.select(self._number(place))
        self.face.action_hit(self.selected, self.velocity)

    def action_again(self) -> None:
        """The pad in hand."""
        self.action_strike(self._place(self.selected))

    def action_loudness(self, velocity: float) -> None:
        """How hard the keys strike."""
        self.velocity = velocity
        self.store.say(f"Keys strike pads at {velocity:.2f}.")

    def _heard(self, path: str, value: float) -> None:
        room, _, rest = path.strip("/").partition("/")
        number, _, name = rest.partition("/")
        if room == "pad" and name == "trigger" and value > 0 and self._bank_of(int(number)) == self.bank:
            self.grid.pad(self._place(int(number))).struck()

    # --- the pad in hand ---------------------------------------------------------------------------------------------

    def select(self, number: int) -> None:
        """Take a pad of the present bank into the hand."""
        self.grid.pad(self._place(self.selected)).selected = False
        self.selected = number
        self.grid.pad(self._place(number)).selected = True
        self.grid.path = self.grid.pad(self._place(number)).path
        self.query_one(PromptField).path = f"/pad/{number}/prompt"
        for control, name in zip(self.query(Control), SETTINGS, strict=False):  # after them those of all pads
            control.path = f"/pad/{number}/{name}"
            control.spec = TABLE[control.path]
            control.tooltip = control.spec.doc

    def action_select(self, across: int, up: int) -> None:
        """A pad beside the one in hand; at the edge it stays."""
        place = self._place(self.selected) - 1
        column, row = place % ROW + across, place // ROW + up
        if 0 <= column < ROW and 0 <= row < ROW:
            self.select(self._number(row * ROW + column + 1))

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

    def action_dials(self) -> None:
        """The other page of settings."""
        self.page = 1 - self.page
        self.turn_page()
        self.store.say(f"Settings of the pads: {('sound', 'shape, capture and kit')[self.page]}.")

    def on_resize(self, event: events.Resize) -> None:
        """Both pages where there is room."""
        self.turn_page()

    def turn_page(self) -> None:
        """Show what has room."""
        both = self.size.height >= ROOM
        for at, control in enumerate(self.query(Control)):
            control.display = both or self.page == (at >= len(SOUND))

    def action_write(self) -> None:
        """The words of the pad in hand."""
        self.query_one(PromptField).edit()

    def action_bank(self, by: int) -> None:
        """Another bank, round and round."""
        bank = int(self.store.number("/pad/bank", 1))
        self.store.set("/pad/bank", (bank - 1 + by) % BANKS + 1)

    def action_take(self) -> None:
        """What was just heard, into the pad in hand."""
        store = self.store
        store.pull(f"/pad/{self.selected}/capture")
        if not store.trouble:
            beats, source = store.text("/pads/capture/beats"), store.words("/pads/capture/from")
            store.say(f"Pad {self.selected} takes the last {beats} of {source}.")

    def action_kit(self) -> None:
        """Another kit for the bank that is shown."""
        self.store.pull("/pad/kit/make")
        if not self.store.trouble:
            style = self.store.words("/pad/kit") or "any style"
            self.store.say(f"A kit for bank {self.bank} is being made ({style}); pads play on until theirs is there.")

    def _turn(self, bank: int) -> None:
        """Show another bank; the pad at the same place is in hand."""
        self.bank = bank
        for pad in self.query(Pad):
            pad.turn(bank)
        self.select(self._number(self._place(self.selected)))

    def _number(self, place: int) -> int:
        return (self.bank - 1) * PER_BANK + place

    def _place(self, number: int) -> int:
        return (number - 1) % PER_BANK + 1

    def _bank_of(self, number: int) -> int:
        return (number - 1) // PER_BANK + 1


class PadHead(Live):
    """Bank, and how hard the keys strike."""

    def seen(self, now: float) -> object:
        """Bank, how many of its pads have a sound, velocity."""
        assert isinstance(self.face.view, PadsView)
        numbers = [pad.number for pad in self.face.view.query(Pad)]
        there = sum(self.store.words(f"/pad/{number}/state") in ("ready", "rendering") for number in numbers)
        return self.store.text("/pad/bank"), there, self.face.view.velocity

    def render(self) -> Content:
        """In words."""
        if not isinstance(self._seen, tuple):
            return Content("")
        bank, there, velocity = self._seen
        sounds = f"{there} of {PER_BANK} sound" if there < PER_BANK else "all sound"
        return Content.assemble(("PADS  ", "bold"), f"bank {bank} of {BANKS}, {sounds}  keys at {velocity:.2f}")


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
        self._pads = {place: Pad(place, key, hit) for place, key in zip(PLACES, GRID, strict=True)}
        self.path = self._pads[1].path

    def compose(self) -> ComposeResult:
        """The top row first."""
        for first in range(PER_BANK - ROW + 1, 0, -ROW):
            for place in range(first, first + ROW):
                yield self._pads[place]

    def pad(self, place: int) -> Pad:
        """By its place in the bank."""
        return self._pads[place]
