"""What all controls share: the focus, the keys, the mouse, typing a value in place. Looks are the subclasses'."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType

from liveriff.params.kinds import Integer
from liveriff.params.kinds_worded import OwnNumber, Text, Toggle, Trigger
from liveriff.params.spec import Spec
from liveriff.params.table import TABLE
from liveriff.ui.store import COARSE
from liveriff.ui.widgets.faces import Faces, centre_of, finer, hands_of, heard_path, short_label, tracked
from liveriff.ui.widgets.keys import control_bindings
from liveriff.ui.widgets.painted import Painted
from liveriff.ui.widgets.typein import TypeIn

DRAG_CELLS = 25
"""Cells of a drag from end to end; with Ctrl FINE_DRAG times as many."""
FINE_DRAG = 10
SLACK = 0.002  # places nearer than this are the same to the eye


class Control(Painted, can_focus=True):
    """A parameter under the hand. ``path`` is its address; ``l`` learns a controller's knob for it."""

    BINDINGS: ClassVar[list[BindingType]] = control_bindings()
    DEFAULT_CSS = """
    Control { height: 1; width: 1fr; }
    """
    along = False
    _rests = True
    """Whether it is dragged sideways."""

    def __init__(self, path: str, name: str | None = None, label: str = "") -> None:
        """path: in the table; label: None for the path's last words."""
        super().__init__(name=name)
        self.path = path
        self.label = label or short_label(path)
        self.spec: Spec = TABLE[path]
        self.heard_path = heard_path(path)
        self.tracked = tracked(self.spec)
        self.centre = centre_of(self.spec) if self.tracked else None
        self.tooltip = self.spec.doc
        self._grip: tuple[float, int, float] | None = None  # place, cells and number it was taken hold of at

    # --- looking -----------------------------------------------------------------------------------------------------

    def frame(self, now: float) -> None:
        """Look at every other frame: fifty controls are on the screen, and a hand is slower than that. What has no
        place on the screen does not look."""
        if not self.display:
            return
        self._rests = not self._rests
        if not self._rests:
            super().frame(now)

    def seen(self, now: float) -> object:
        """The three faces, the focus, and whether a control is being learnt for it."""
        store = self.store
        heard = store.get(self.heard_path) if self.heard_path else None
        hand = hands_of(store.words("/status/hands")).get(self.path)
        learning = store.words("/learn") == self.path
        return store.get(self.path), heard, hand, self.has_focus, learning, store.audible(self.path)

    @property
    def models_own(self) -> bool:
        """Whether it is on auto, for which every model has a number of its own: what is heard is no promise then."""
        return isinstance(self.spec.kind, OwnNumber) and self.store.get(self.path) is None

    @property
    def faces(self) -> Faces:
        """Where the value stands; see ``Faces``."""
        place = self.store.raw(self.path)
        shown = self.heard_path and self.tracked and not self.models_own
        heard = self.spec.unmap(self.store.get(self.heard_path)) if shown else None
        hand = hands_of(self.store.words("/status/hands")).get(self.path)
        return Faces(place, None if heard is None or abs(heard - place) < SLACK else heard, hand)

    @property
    def heard_text(self) -> str:
        """What is heard while it is something else than what is set; else ""."""
        if not self.heard_path or self.store.get(self.heard_path) == self.store.get(self.path):
            return ""
        return self.store.text(self.heard_path)

    @property
    def learning(self) -> bool:
        """Whether a controller's knob is being learnt for it."""
        return self.store.words("/learn") == self.path

    # --- keys --------------------------------------------------------------------------------------------------------

    def action_click(self, clicks: int) -> None:
        """Move by clicks; a button is pressed by going up."""
        if isinstance(self.spec.kind, Trigger):
            if clicks > 0:
                self.store.pull(self.path, self.spec.kind.high)
        else:
            self.store.nudge(self.path, clicks)

    def action_fine(self, steps: int) -> None:
        """Move by fine steps, where the kind has such."""
        if self.spec.travels and not isinstance(self.spec.kind, Trigger):
            self.store.set(self.path, finer(self.spec, self.store.get(self.path), steps))

    def action_end(self, place: int) -> None:
        """To an end of the travel."""
        if self.tracked and self.spec.kind.held:
            self.store.place(self.path, float(place))

    def action_default(self) -> None:
        """Back to the default."""
        if self.spec.kind.held:
            self.store.reset(self.path)

    def action_enter(self) -> None:
        """Turn a switch, press a button, type any other value."""
        if isinstance(self.spec.kind, Toggle):
            self.store.toggle(self.path)
        elif isinstance(self.spec.kind, Trigger):
            self.store.pull(self.path, self.spec.kind.high)
        else:
            self.face.expect_editor()
            self.mount(TypeIn(self))

    # --- mouse -------------------------------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold."""
        if event.button == 1 and self.spec.kind.held and not isinstance(self.spec.kind, Toggle | Text):
            number = self.store.number(self.path)
            self._grip = (self.store.raw(self.path), event.screen_x if self.along else -event.screen_y, number)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag: from where it stood, so that a value never jumps to the mouse."""
        if self._grip is None:
            return
        place, start, number = self._grip
        cells = (event.screen_x if self.along else -event.screen_y) - start
        if self.tracked:
            full = self._travel() * (FINE_DRAG if event.ctrl or event.meta else 1)
            self.store.place(self.path, place + cells / full)
        elif isinstance(self.spec.kind, Integer):
            self.store.set(self.path, number + cells)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        if self._grip is not None:
            self._grip = None
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Twice for the default; once turns a switch or presses a button."""
        if event.chain == 2 and not isinstance(self.spec.kind, Toggle | Trigger):
            self.action_default()
        elif isinstance(self.spec.kind, Toggle | Trigger):
            self.action_enter()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """A click up."""
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """A click down."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, clicks: int) -> None:
        event.stop()
        if event.ctrl or event.meta:
            self.action_fine(clicks)
        else:
            self.action_click(clicks * (COARSE if event.shift else 1))

    def _travel(self) -> int:
        """Cells from end to end of a drag."""
        return DRAG_CELLS
