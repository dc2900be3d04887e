"""What every view is: a container whose live widgets look at each frame while it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container

from liveriff.ui.live import Live

if TYPE_CHECKING:
    from liveriff.ui.app import Face
    from liveriff.ui.store import Store

GATHER_S = 0.5


class View(Container):
    """``id`` is the name in ``ui.keys.VIEWS``."""

    DEFAULT_CSS = "View { width: 1fr; height: 1fr; }"

    _live: tuple[Live, ...] = ()
    _gathered = float("-inf")

    @property
    def face(self) -> Face:
        """The app, with its type."""
        from liveriff.ui.app import Face

        app = self.app
        assert isinstance(app, Face)
        return app

    @property
    def store(self) -> Store:
        """What is known of the instrument."""
        return self.face.store

    def frame(self, now: float) -> None:
        """Let all live widgets look. now: seconds."""
        if now - self._gathered > GATHER_S:  # widgets come and go seldom, and finding them costs more than asking them
            # Not ``query(Live)``: it goes by the first base of each class, and misses what has Live as its second.
            self._gathered, self._live = now, tuple(each for each in self.walk_children() if isinstance(each, Live))
        for widget in self._live:
            if widget.is_running:
                widget.frame(now)

    def arrive(self) -> None:
        """The view is shown: put the focus where a hand would want it."""
