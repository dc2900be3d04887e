"""The screen with one view on it: made in a third of the time, for tests that never leave that view."""

from __future__ import annotations

from liveriff.ui.app import Face
from liveriff.ui.keys import VIEWS
from liveriff.ui.local import LocalLink


class Single(Face):
    """All else as in ``Face``."""

    def __init__(self, link: LocalLink, first: str = VIEWS[0]) -> None:
        super().__init__(link, first)
        self.MADE = tuple(view for view in Face.MADE if view.__name__ == f"{first.capitalize()}View")  # type: ignore[misc]
