"""Styles by meaning, from the present theme: what a widget that paints its own lines dips its pen into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from textual.app import App

MUTED, FAINT = 0.34, 0.72
"""How far text of less weight, and lines that are no text, lie from the foreground towards the ground."""


class Ink:
    """Made once a theme; ``ink("success", "surface", "b")`` is a bold Style, made once.

    Colours: the theme's names (foreground, primary, secondary, accent, success, warning, error, background, surface,
    panel), "muted" and "faint" derived from them, or any "#rrggbb". Weights: b bold, r reverse, u underlined, i italic.
    """

    def __init__(self, variables: dict[str, str]) -> None:
        """variables: of the theme."""
        self._variables = variables
        front, ground = Color.parse(variables["foreground"]), Color.parse(variables["surface"])
        self._own = {"muted": front.blend(ground, MUTED), "faint": front.blend(ground, FAINT)}
        self._styles: dict[tuple[str, str, str], Style] = {}

    def colour(self, name: str) -> Color:
        """A colour by name."""
        if name.startswith("#"):
            return Color.parse(name)
        return self._own.get(name) or Color.parse(self._variables[name])

    def __call__(self, front: str, ground: str = "surface", weight: str = "") -> Style:
        """The style of text; see the class."""
        key = (front, ground, weight)
        if key not in self._styles:
            self._styles[key] = Style(
                color=self.colour(front).rich_color,
                bgcolor=self.colour(ground).rich_color,
                bold="b" in weight,
                reverse="r" in weight,
                underline="u" in weight,
                italic="i" in weight,
            )
        return self._styles[key]


_INKS: dict[str, Ink] = {}


def ink_of(app: App[object]) -> Ink:
    """For the theme that the app wears now."""
    if app.theme not in _INKS:
        _INKS[app.theme] = Ink(app.get_css_variables())  # ``theme_variables`` are another theme's for a moment
    return _INKS[app.theme]
