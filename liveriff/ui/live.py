"""A widget that shows readings: it looks at every frame, and paints only when what it would show has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

if TYPE_CHECKING:
    from liveriff.ui.app import Face
    from liveriff.ui.store import Store


class Live(Widget):
    """Subclasses say in ``seen`` all that they show, in ``render`` (or ``render_lines``) how."""

    _seen: object = None
    _face: Face | None = None  # kept: a hundred widgets ask at every frame

    @property
    def face(self) -> Face:
        """The app, with its type."""
        if self._face is None:
            from liveriff.ui.app import Face

            app = self.app
            assert isinstance(app, Face)
            self._face = app
        return self._face

    @property
    def store(self) -> Store:
        """What is known of the instrument."""
        return self.face.store

    def seen(self, now: float) -> object:
        """What the widget would show now (comparable); ``now`` in seconds. Called at every frame: cheap."""
        raise NotImplementedError

    def frame(self, now: float) -> None:
        """Look, and paint if need be."""
        if not self.is_mounted:  # painted already, perhaps, but Textual forgets what is refreshed before this
            return
        seen = self.seen(now)
        if seen != self._seen:
            self._seen = seen
            self.show()

    def check_idle(self) -> None:
        """For Textual, when something has changed: within a frame the frame sees to it."""
        if self._face is None or not self._face.leave_to_frame(self):
            super().check_idle()

    def show(self) -> None:
        """Paint; widgets made of others update them here instead."""
        self.refresh()
