"""Colours of categories, states and families of parameters, as "#rrggbb". Pure."""

from __future__ import annotations

from collections.abc import Mapping

WHITE = "#ffffff"
NEUTRAL = "#c0c0c0"
SCENE = "#9040ff"

BY_CATEGORY: Mapping[str, str] = {
    "drums": "#ff5a00",
    "bass": "#2050ff",
    "synth": "#b020ff",
    "mix": "#00c060",
    "kick": "#ff2000",
    "snare": "#ffa000",
    "hat": "#ffe000",
    "clap": "#ff4080",
    "perc": "#ff7000",
    "fx": "#00e0c0",
    "tom": "#80ff00",
}
"""Of loops and one-shots; apart enough for the 128-colour palettes of pad controllers."""

WHEN_ON: Mapping[str, str] = {
    "mute": "#ff1010",
    "record": "#ff0000",
    "play": "#00ff20",
    "freeze": "#40c8ff",
    "cue": "#ffb000",
}
"""What a switch shows when it is on, by the last word of its path, as on other instruments; others show their deck."""


def of_category(category: object) -> str:
    """The colour of a category; white for words to come."""
    return BY_CATEGORY.get(str(category), WHITE)
