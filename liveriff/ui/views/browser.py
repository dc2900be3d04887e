"""The browser: scenes, the presets of the deck in hand, its prompts. It says what Enter would do."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from liveriff.ui.keys import Key
from liveriff.ui.live import Live
from liveriff.ui.store import label
from liveriff.ui.views.base import View
from liveriff.ui.widgets.pick import Item, Pick
from liveriff.ui.widgets.pick_filter import FilterLine

HEADING = "The browser"
KEYS: tuple[Key, ...] = (
    Key("left,right", "column(1)", "Column", "Scenes, presets or prompts.", HEADING),
    Key("enter", "choose", "Take", "Load the scene or the preset; put the words into prompt a.", HEADING),
    Key("b,shift+enter", "choose_b", "Prompt b", "Put the words into prompt b.", HEADING),
    Key("S", "save", "Save scene", "Save what is set now as a scene, under a name.", HEADING),
    Key("A", "save_preset", "Save preset", "Save the sound of the deck in hand as a preset, under a name.", HEADING),
    Key("M", "bars", "Morph", "In how many bars a preset takes over; 0 is at once.", HEADING),
    Key("slash", "filter", "Filter", "A few letters narrow the list; Escape shows all again.", HEADING),
)


class BrowserView(View):
    """Three lists and a filter for the one with the focus."""

    DEFAULT_CSS = """
    BrowserView { layout: vertical; }
    BrowserView Horizontal { height: 1fr; }
    BrowserView Scenes { width: 2fr; }
    BrowserView Presets { width: 2fr; margin: 0 1; }
    BrowserView Prompts { width: 4fr; }
    BrowserView Intent { height: 1; width: 1fr; background: $panel; color: $foreground; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "column(-1)", show=False),
        Binding("right", "column(1)", show=False),
        Binding("b,shift+enter", "choose_b", show=False),
        Binding("S", "save", show=False),
        Binding("A", "save_preset", show=False),
        Binding("M", "bars", show=False),
        Binding("slash", "filter", show=False),
    ]

    _column = 0

    def compose(self) -> ComposeResult:
        """Filter, lists, what Enter would do."""
        yield FilterLine(lambda: self.column, "/ filters the list   S saves the scene   A saves the deck as a preset")
        with Horizontal():
            yield Scenes("SCENES", self._take_scene)
            yield Presets("PRESETS", self._take_preset)
            yield Prompts("PROMPTS", self._take_prompt)
        yield Intent()

    @property
    def columns(self) -> list[Pick]:
        """From left to right."""
        return list(self.query(Pick))

    @property
    def column(self) -> Pick:
        """The list in hand: the one with the focus, else the one that had it."""
        columns = self.columns
        for place, column in enumerate(columns):
            if column.has_focus:
                self._column = place
        return columns[self._column]

    def arrive(self) -> None:
        """The list in hand."""
        self.screen.set_focus(self.column)

    def action_column(self, by: int) -> None:
        """Another list; at the edges it stays."""
        place = self.columns.index(self.column) + by
        if 0 <= place < len(self.columns):
            self.screen.set_focus(self.columns[place])

    def action_filter(self) -> None:
        """Narrow the list in hand."""
        self.query_one(FilterLine).begin()

    def action_choose_b(self) -> None:
        """Words into prompt b."""
        if isinstance(self.column, Prompts):
            self.column.action_choose("b")
        else:
            self.store.say("Go to the prompts (right), then b puts one into prompt b.")

    def action_save(self) -> None:
        """What is set now, as a scene; the name of the present one is offered."""
        self.face.ask("/scene/save", self.store.words("/scene"))

    def action_save_preset(self) -> None:
        """The deck in hand, as a preset."""
        deck = self.face.deck
        self.face.ask(f"/deck/{deck}/preset/save", self.store.words(f"/deck/{deck}/preset"))

    def action_bars(self) -> None:
        """How long a preset takes."""
        self.face.ask(f"/deck/{self.face.deck}/preset/bars")

    def _take_scene(self, name: str, way: str) -> None:
        self.store.set("/scene", name)

    def _take_preset(self, name: str, way: str) -> None:
        self.store.set(f"/deck/{self.face.deck}/preset", name)

    def _take_prompt(self, name: str, way: str) -> None:
        self.store.set(f"/deck/{self.face.deck}/prompt/{way or 'a'}", name)


class Offered(Pick):
    """The offers of one parameter."""

    def address(self) -> str:
        """Of which."""
        raise NotImplementedError

    def items(self) -> tuple[Item, ...]:
        """With what holds now marked."""
        self.path = self.address()
        now = self.store.words(self.path)
        return tuple(Item(name, "", name == now) for name in self.store.offers(self.path))

    def intent(self) -> str:
        """What Enter would do with what is under the cursor."""
        return f"set {label(self.path)} to {self.here.name if self.here else 'nothing'}"


class Scenes(Offered):
    """``/scene``."""

    def address(self) -> str:
        """The one there is."""
        return "/scene"

    def intent(self) -> str:
        """The whole set-up changes."""
        if self.here and self.here.now:
            return f"load scene {self.here.name} anew, as it was saved"
        return f"load scene {self.here.name if self.here else ''}; the music goes on meanwhile"


class Presets(Offered):
    """Of the deck in hand."""

    def address(self) -> str:
        """Of the deck in hand."""
        self.title = f"PRESETS for deck {self.face.deck}"
        return f"/deck/{self.face.deck}/preset"

    def intent(self) -> str:
        """The deck gets its sound."""
        name = self.here.name if self.here else "nothing"
        bars = int(self.store.number(f"/deck/{self.face.deck}/preset/bars"))
        over = f", over {bars} bars" if bars else ""
        return f"give deck {self.face.deck} the sound of {name}{over} (M: in how many bars)"


class Prompts(Offered):
    """The bank of the deck in hand; what prompts a and b hold is marked."""

    def address(self) -> str:
        """Prompt a's; b has the same bank."""
        self.title = f"PROMPTS for deck {self.face.deck}"
        return f"/deck/{self.face.deck}/prompt/a"

    def items(self) -> tuple[Item, ...]:
        """Both marks; words that were written and are in no bank come first."""
        self.path = self.address()
        a, b = self.store.words(self.path), self.store.words(f"/deck/{self.face.deck}/prompt/b")
        bank = self.store.offers(self.path)
        names = [*(words for words in dict.fromkeys((a, b)) if words and words not in bank), *bank]
        return tuple(Item(name, _mark(name, a, b), name in (a, b)) for name in names)

    def intent(self) -> str:
        """Enter for a, b for b."""
        return f"put the words into prompt a of deck {self.face.deck} (b: into prompt b)"


class Intent(Live):
    """What Enter would do."""

    def seen(self, now: float) -> object:
        """Of the list in hand."""
        view = self.face.view
        column = view.column if isinstance(view, BrowserView) else None
        return column.intent() if isinstance(column, Offered) and column.here else "nothing to choose from here"

    def render(self) -> Content:
        """In words."""
        return Content.assemble(("Enter: ", "$accent bold"), str(self._seen or ""))


def _mark(name: str, a: str, b: str) -> str:
    return " ".join(which for which, words in (("a", a), ("b", b)) if words == name)
