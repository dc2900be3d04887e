"""Themes for the stage. Text reaches a contrast of 4.5:1 or more on every ground it stands on (tests/ui judge it)."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

MUTED = 0.34
"""How far text of less weight lies from the foreground towards the surface; ``widgets.ink`` paints with the same."""


def _readable(theme: Theme) -> Theme:
    """With muted text that can be read: Textual's own goes by 60 % and 38 % of what is beneath."""
    front, ground = theme.foreground or "", theme.surface or ""
    muted = Color.parse(front).blend(Color.parse(ground), MUTED).hex
    theme.variables = {
        "text-muted": muted, "text-disabled": muted, "input-cursor-background": front,
        "input-cursor-foreground": ground, "input-selection-background": theme.panel or ground,
        "input-selection-foreground": theme.accent or front,
    }  # fmt: skip
    return theme


NIGHT = Theme(
    "night", dark=True,
    background="#0b0d12", surface="#12151d", panel="#1a1f2b", foreground="#e6e9f0",
    primary="#6cb6ff", secondary="#c58bff", accent="#ffb14a", success="#6fdc8c", warning="#ffd166", error="#ff7a7a",
)  # fmt: skip
CONTRAST = Theme(
    "contrast", dark=True,
    background="#000000", surface="#000000", panel="#1c1c1c", foreground="#ffffff",
    primary="#7fd4ff", secondary="#ffb0ff", accent="#ffd000", success="#7dff7d", warning="#ffe680", error="#ff9c9c",
)  # fmt: skip
COLOUR_BLIND = Theme(  # the palette of Okabe and Ito (2008), lightened where 4.5:1 on dark asks for it
    "colour-blind", dark=True,
    background="#0a0a0c", surface="#121216", panel="#1c1c22", foreground="#f2f2f2",
    primary="#56b4e9", secondary="#cc9ac0", accent="#e69f00", success="#56d0b0", warning="#f0e442", error="#f0885a",
)  # fmt: skip
DAY = Theme(
    "day", dark=False,
    background="#fbfbfd", surface="#f1f2f6", panel="#e3e6ee", foreground="#14161c",
    primary="#0b5cad", secondary="#7a2fb0", accent="#8a4b00", success="#0f6b35", warning="#7a5200", error="#b3261e",
)  # fmt: skip

THEMES = tuple(_readable(theme) for theme in (NIGHT, CONTRAST, COLOUR_BLIND, DAY))
