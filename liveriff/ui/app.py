"""The terminal screen: a bar on top, one view, a line that answers, the keys. Its own process, its own loop.

Knows the engine only through a link (the door). Stopping, killing or resizing it touches nothing that sounds.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.command import Provider
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from liveriff.params.kinds_worded import Choice, Toggle
from liveriff.params.table import TABLE
from liveriff.params.words import PER_BANK
from liveriff.ui.beat import BeatClock
from liveriff.ui.commands import Instrument
from liveriff.ui.deck_keys import DeckKeys
from liveriff.ui.keys import VIEWS, bindings
from liveriff.ui.look import ascii_only
from liveriff.ui.pace import Pace
from liveriff.ui.stage_screen import StageScreen
from liveriff.ui.store import Link, Store
from liveriff.ui.themes import NIGHT, THEMES
from liveriff.ui.views import base
from liveriff.ui.views.browser import BrowserView
from liveriff.ui.views.controllers import ControllersView
from liveriff.ui.views.health import HealthView
from liveriff.ui.views.help import HelpView
from liveriff.ui.views.mixer import MixerView
from liveriff.ui.views.pads import PadsView
from liveriff.ui.views.play import PlayView
from liveriff.ui.widgets.answer import AnswerLine
from liveriff.ui.widgets.keyline import KeyLine
from liveriff.ui.widgets.learnbar import LearnBar
from liveriff.ui.widgets.prompt_history import History, history_file
from liveriff.ui.widgets.topbar import TopBar

QUIT_S = 3.0
"""Within this time of the first, a second press ends the music."""
SHORTEST_S = 0.008
"""Between two frames."""
DETACHED, ENDED = "detached", "ended"


class Face(DeckKeys):
    """Returns DETACHED or ENDED."""

    TITLE = "liveriff"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {Instrument}
    BINDINGS: ClassVar[list[BindingType]] = bindings()
    MADE: ClassVar[tuple[type[base.View], ...]] = (
        PlayView,
        MixerView,
        PadsView,
        BrowserView,
        ControllersView,
        HealthView,
        HelpView,
    )
    CSS = """
    ContentSwitcher { height: 1fr; width: 1fr; }
    CommandPalette { background: transparent; }
    """

    def __init__(self, link: Link, first: str = VIEWS[0]) -> None:
        """first: the view to begin with."""
        super().__init__()
        self.store = Store(link)
        self.plain = ascii_only()
        self.pace = Pace()
        self.beats = BeatClock()
        self.prompts = History(history_file())
        self.beat = 0.0
        self._first = first
        self._stale: list[Widget] | None = None  # while a frame is made: widgets that it has changed
        self._quitting = float("-inf")
        self._hurried = asyncio.Event()
        self.store.hurry = self._hurried.set  # what the performer does is answered by a frame of its own

    def get_default_screen(self) -> StageScreen:
        """Ours."""
        return StageScreen(id="_default")

    def compose(self) -> ComposeResult:
        """Everything is made at once, so that changing views costs nothing."""
        yield TopBar()
        with ContentSwitcher(initial=self._first):
            for view in self.MADE:
                yield view(id=view.__name__.removesuffix("View").lower())
        yield LearnBar()
        yield AnswerLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Themes, the ear, the frames."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = NIGHT.name
        self.run_worker(self.store.listen(), name="listen", exit_on_error=False)
        self.run_worker(self._frame_loop(), name="frames", exit_on_error=False)
        self.view.arrive()

    @property
    def view(self) -> base.View:
        """The one that is shown."""
        name = self.query_one(ContentSwitcher).current or self._first
        return self.query_one(f"#{name}", base.View)

    # --- frames ------------------------------------------------------------------------------------------------------

    async def _frame_loop(self) -> None:
        """A frame after the other, never two at once: who is slow draws fewer, and always the newest."""
        while True:
            now = time.monotonic()
            self.frame(now)
            self.pace.frame(now, time.process_time())
            await asyncio.sleep(SHORTEST_S)  # whatever hurries: keys and the engine have their turn
            with contextlib.suppress(asyncio.TimeoutError):
                left = 1 / self.pace.fps - (time.monotonic() - now)
                await asyncio.wait_for(self._hurried.wait(), max(0.001, left))
            self._hurried.clear()

    def frame(self, now: float) -> None:
        """Let everything that is shown look at what it shows."""
        self.look_at_keys()
        self._stale = []
        try:
            self._look(now)
        finally:
            stale, self._stale = self._stale, None
            screen = self.screen_stack[0]
            if isinstance(screen, StageScreen):
                screen.paint(stale)

    def _look(self, now: float) -> None:
        store = self.store
        running = bool(store.get("/play")) and store.link.connected
        self.beat = self.beats.look(now, store.number("/status/beat"), store.number("/tempo/bpm", 120.0), running)
        self.query_one(TopBar).frame(now)
        self.query_one(LearnBar).frame(now)
        self.query_one(AnswerLine).frame(now)
        self.view.frame(now)

    def leave_to_frame(self, widget: Widget) -> bool:
        """Whether a frame is being made, which will paint the widget at its end."""
        if self._stale is not None:
            self._stale.append(widget)
        return self._stale is not None

    # --- actions of the keys ------------------------------------------------------------------------------------------

    def action_view(self, name: str) -> None:
        """Show a view."""
        self.query_one(ContentSwitcher).current = name
        self.view.arrive()

    def ask(self, path: str, first: str = "") -> None:
        """Let the performer type a value on the line that answers, beginning with ``first``."""
        self.query_one(AnswerLine).ask(path, first)

    def action_pull(self, path: str, value: float = 1.0) -> None:
        """Pull a trigger."""
        self.store.pull(path, value)

    def action_switch(self, path: str) -> None:
        """Turn a switch."""
        self.store.toggle(path)

    def action_nudge(self, path: str, clicks: int) -> None:
        """Move by clicks."""
        self.store.nudge(path, clicks)

    def action_hit(self, pad: int, velocity: float = 1.0) -> None:
        """Strike a pad, and let it go: terminals tell no key's release."""
        path = f"/pad/{pad}/trigger"
        self.store.pull(path, velocity)
        if not self.store.trouble:
            self.store.say(f"Pad {pad} struck at {velocity:.2f}: {self.store.text(f'/pad/{pad}/category')}.")
        if self.store.get(f"/pad/{pad}/mode") != "one-shot":
            self.set_timer(60.0 / max(20.0, self.store.number("/tempo/bpm", 120.0)), lambda: self.store.pull(path, 0.0))

    def action_hit_place(self, place: int) -> None:
        """Strike a pad of the bank under the hand."""
        self.action_hit((int(self.store.number("/pad/bank", 1)) - 1) * PER_BANK + place)

    def action_deck_ask(self, name: str) -> None:
        """Let the performer type a value for the deck in hand."""
        self.expect_editor()
        self.ask(f"/deck/{self.deck}/{name}")

    def action_prompt(self, which: str) -> None:
        """Write a prompt of the deck in hand."""
        self.action_view("play")
        self.query_one(PlayView).edit_prompt(self.deck, which)

    def action_learn(self) -> None:
        """Learn a control for what has the focus; again: done."""
        if self.store.words("/learn"):
            self.store.set("/learn", "")
            return
        path = getattr(self.focused, "path", "")
        if path in TABLE:
            self.store.set("/learn", path)
        else:
            self.store.say("Go to a knob, a fader or a pad first (Tab), then press l to learn a control for it.")

    def action_learn_do(self, what: str) -> None:
        """Something with the control that is being learnt: a trigger, a switch or a choice below /learn."""
        path = f"/learn/{what}"
        kind = TABLE[path].kind
        if not self.store.words("/learn"):
            self.store.say("Nothing is being learnt. Go to a knob or a pad (Tab) and press l, or choose one in F6.")
        elif isinstance(kind, Choice):
            self.store.set(path, (kind.words.index(str(self.store.get(path))) + 1) % len(kind.words))
        elif isinstance(kind, Toggle):
            self.store.toggle(path)
        else:
            self.store.pull(path)

    def action_learn_end(self) -> None:
        """Learning is over, if there was any."""
        if self.store.words("/learn"):
            self.store.set("/learn", "")
            self.store.say("Learning is over.")

    def action_next_theme(self) -> None:
        """Another theme."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self.store.say(f"Theme {self.theme}.")

    def action_detach(self) -> None:
        """Leave; the music goes on."""
        self.exit(DETACHED)

    def action_quit_music(self) -> None:
        """End the music, at the second press."""
        now = time.monotonic()
        if now - self._quitting <= QUIT_S:
            self.exit(ENDED)
            return
        self._quitting = now
        self.store.say("Press Ctrl-Q again to end the music, or Ctrl-D to leave it playing.")
