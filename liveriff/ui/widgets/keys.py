"""Keys of knobs, faders, switches and choices in one table: their bindings and the help page are views of it."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from liveriff.ui.keys import Key
from liveriff.ui.store import COARSE

HEADING = "Knobs, faders and switches"
CONTROL_KEYS: tuple[Key, ...] = (
    Key("up,right", "click(1)", "More", "A click up.", HEADING),
    Key("down,left", "click(-1)", "Less", "A click down.", HEADING),
    Key("shift+up,shift+right,pageup", f"click({COARSE})", "Much more", "A coarse step up.", HEADING),
    Key("shift+down,shift+left,pagedown", f"click(-{COARSE})", "Much less", "A coarse step down.", HEADING),
    Key("ctrl+up,ctrl+right,alt+up,alt+right", "fine(1)", "A little more", "A fine step up.", HEADING),
    Key("ctrl+down,ctrl+left,alt+down,alt+left", "fine(-1)", "A little less", "A fine step down.", HEADING),
    Key("home", "end(0)", "Lowest", "To the lowest value.", HEADING),
    Key("end", "end(1)", "Highest", "To the highest value.", HEADING),
    Key("enter", "enter", "Type", "Type a value; turn a switch; press a button.", HEADING),
    Key("backspace,delete", "default", "Default", "Back to the default.", HEADING),
)
"""For the help page. The mouse does it too: drag or wheel to move (Shift coarse, Ctrl fine), twice for the default."""


def control_bindings() -> list[BindingType]:
    """For Textual's ``BINDINGS``."""
    return [Binding(key.keys, key.action, key.name, show=False, tooltip=key.about) for key in CONTROL_KEYS]
