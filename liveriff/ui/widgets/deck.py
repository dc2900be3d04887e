"""A deck's panel: what it plays, what it was told to play, what comes next; or all that on one line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.strip import Strip

from liveriff.params.words import DECKS
from liveriff.ui.look import STATES, Mark
from liveriff.ui.widgets.controls import control_for
from liveriff.ui.widgets.deckplan import FOLDED, deck_plan
from liveriff.ui.widgets.faced import fit
from liveriff.ui.widgets.fader import Slide
from liveriff.ui.widgets.framed import Framed
from liveriff.ui.widgets.meter import FLOOR_DB, Ballistics, Meter, colour_of, share_of
from liveriff.ui.widgets.painted import Kept, Part
from liveriff.ui.widgets.placed import Plan
from liveriff.ui.widgets.prompt import PromptField
from liveriff.ui.widgets.queue import Queue, chunks_of, timing
from liveriff.ui.widgets.spectrogram import Coming, Spectrogram

CONTROLS = {
    "seed": "seed", "drift": "seed/drift", "category": "category", "density": "density", "brightness": "brightness",
    "model": "model", "level": "level", "side": "side", "mute": "mute", "freeze": "freeze", "next": "next",
    "loop": "loop", "repeat": "repeat", "evolve": "evolve", "preset": "preset", "bars": "preset/bars",
    "fill beats": "fill/beats", "fill": "fill", "back": "back", "swap": "swap",
    "source": "source", "source deck": "source/deck", "source file": "source/file", "strength": "strength",
    "guidance": "guidance", "steps": "steps", "negative": "prompt/negative", "beats": "beats",
}  # fmt: skip
"""Names in the plan, and paths."""
LABELS = {
    "category": "role", "drift": "drift", "density": "dense", "brightness": "bright", "bars": "in bars",
    "fill beats": "fill of", "source deck": "of deck", "source file": "file", "negative": "not", "beats": "beats",
}  # fmt: skip
BADGES = (("mute", "MUTED"), ("solo", "SOLO"), ("cue", "CUE"), ("freeze", "FROZEN"))
SLICES = (("loop", "LOOP"), ("repeat", "REPEAT"))
BAR_CELLS = 8
MORPH = "○◔◑◕●"


def morph_mark(ready: float, plain: bool) -> str:
    """How much of the way between the prompts is heard at once; a full circle is all of it."""
    return f"  {round(100 * ready)}% morph" if plain else f"  {MORPH[round(ready * 5) - 1]} morph"


class Prompt(Kept, PromptField):
    """Kept between frames as the rest."""

    DEFAULT_CSS = "Prompt { background: $surface; padding: 0; } Prompt:focus { background: $panel; }"


class DeckPanel(Framed):
    """Framed heavily while it is the deck in hand; a touch anywhere takes it into the hand."""

    def __init__(self, deck: int) -> None:
        """deck: 1 to 4."""
        super().__init__(name=str(deck))
        self.deck = deck
        self._peak = Ballistics()
        self._dials = 0

    def compose(self) -> ComposeResult:
        """In the order of the Tab key."""
        root = f"/deck/{self.deck}"
        yield Prompt(f"{root}/prompt/a", id="a")
        yield Prompt(f"{root}/prompt/b", id="b")
        yield Slide(f"{root}/alpha", ("a", "b"), "alpha")
        yield Spectrogram(self.deck, "picture")
        yield Meter(f"{root}/peak", "meter")
        yield Coming(self.deck, "coming")
        yield Queue(self.deck, "queue")
        for name, path in CONTROLS.items():
            yield control_for(f"{root}/{path}", name, LABELS.get(name, ""))

    def plan(self, width: int, height: int) -> Plan:
        """As ``deck_plan``."""
        return deck_plan(width, height, self.face.dials)

    # --- looking -----------------------------------------------------------------------------------------------------

    @property
    def folded(self) -> bool:
        """Whether it is but a summary."""
        return self.outer_size.height <= FOLDED

    def seen(self, now: float) -> object:
        """What the frame tells."""
        store, root = self.store, f"/deck/{self.deck}"
        self._turn()
        told = [store.get(f"{root}/{name}") for name in ("state", "category", "strip", "source", "source/deck")]
        told += [store.get(f"{root}/{name}") for name, _ in (*BADGES, *SLICES)]
        more: tuple[object, ...] = ()
        if self.folded:
            self._peak.look(now, store.number(f"{root}/peak", FLOOR_DB))
            place = int(store.number(f"{root}/position") * BAR_CELLS)
            level = round(share_of(self._peak.level) * BAR_CELLS * 2)
            more = (store.words(f"{root}/prompt/a"), store.words(f"{root}/chunks"), place, level)
        return self.in_hand, self.empty, *told, self._unsoloed, self.note(), *more

    def _turn(self) -> None:
        """Show the page of settings that is wanted."""
        if self._dials != self.face.dials:
            self._dials = self.face.dials
            self.show_planned(*self.outer_size)
            self.replan()

    @property
    def _unsoloed(self) -> bool:
        """Whether it is silent because others are soloed."""
        soloed = [deck for deck in DECKS if self.store.get(f"/deck/{deck}/solo")]
        return bool(soloed) and self.deck not in soloed

    def show(self) -> None:
        """Paint what has changed."""
        if self.folded:
            self.refresh()
        else:
            super().show()

    def note(self) -> str:
        """When something lands, in words."""
        for chunk in chunks_of(self.store.words(f"/deck/{self.deck}/chunks")):
            if chunk.state == "landing" and chunk.seconds is not None:
                return f"lands in {chunk.seconds:.1f} s"
        return ""

    # --- painting ----------------------------------------------------------------------------------------------------

    def draw(self, width: int, height: int) -> Sequence[Strip]:
        """The frame, or the summary."""
        return [self._summary(width)] if self.folded else super().draw(width, height)

    def title(self) -> list[Part]:
        """Number, role, state, and what the hand has done to it."""
        store, root, ink = self.store, f"/deck/{self.deck}", self.ink
        state = "empty" if self.empty else store.words(f"{root}/state") or "empty"
        mark = STATES.get(state, Mark("•", "*", "foreground"))
        sign = mark.plain if self.face.plain else mark.sign
        badges = [f" {word} " for word in self._badges()]
        words = f"  {sign} {state}"
        if sum(cell_len(text) for text, _ in self.badge()) + len(words) + sum(map(len, badges)) + 8 > self.size.width:
            words = f"  {sign}"
        parts = [*self.badge(), (words, ink(mark.colour.replace("text-", "")))]
        for badge in badges:
            parts += [(" ", ink("foreground")), (badge, ink("background", "warning", "b"))]
        if (source := self._source()) and not self.folded:
            parts.append((f"  from {source}", ink("muted")))
        if ready := store.number(f"{root}/strip"):
            parts.append((morph_mark(ready, self.face.plain), ink("muted")))
        return parts

    def _badges(self) -> list[str]:
        """What the hand has done to it, in words."""
        store, root = self.store, f"/deck/{self.deck}"
        words = [word for name, word in BADGES if store.get(f"{root}/{name}")]
        words += ["NOT SOLO"] if self._unsoloed else []
        slices = [(word, store.words(f"{root}/{name}")) for name, word in SLICES]
        return words + [f"{word} {beats}" for word, beats in slices if beats not in ("", "off")]

    def _source(self) -> str:
        """What its chunks start from."""
        source = self.store.words(f"/deck/{self.deck}/source")
        number = f" {self.store.text(f'/deck/{self.deck}/source/deck')}" if source == "deck" else ""
        return "" if source in ("", "none") else f"{source}{number}"

    def _summary(self, width: int) -> Strip:
        """All on one line."""
        store, root, ink, plain = self.store, f"/deck/{self.deck}", self.ink, self.face.plain
        full, rest = ("#", ".") if plain else ("━", "╌")
        level = round(share_of(self._peak.level) * BAR_CELLS)
        meter: list[Part] = [
            (full * level, ink(colour_of(self._peak.level), weight="b")),
            (rest * (BAR_CELLS - level), ink("faint")),
        ]
        nexts = [c for c in chunks_of(store.words(f"{root}/chunks")) if c.state not in ("playing", "bridging")]
        coming = f" {nexts[0].state} {timing(nexts[0])}" if nexts else ""
        head = self.title()
        used = sum(cell_len(text) for text, _ in head) + BAR_CELLS + cell_len(coming) + 4
        words = fit(store.words(f"{root}/prompt/a"), max(0, width - used))
        gap = " " * max(0, width - used - cell_len(words))
        tail = [(f"  {words}{gap}", ink("muted")), (f"{coming} ", ink("primary"))]
        return self.strip([*head, *tail, *meter], width)
