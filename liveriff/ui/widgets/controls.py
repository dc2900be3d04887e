"""The control that fits a parameter, chosen by its declaration."""

from __future__ import annotations

from liveriff.params.kinds_worded import Choice, Text, Toggle, Trigger
from liveriff.params.table import TABLE
from liveriff.ui.widgets.control import Control
from liveriff.ui.widgets.knob import Knob
from liveriff.ui.widgets.switch import Choose, Push, Role, Switch


def control_for(path: str, name: str | None = None, label: str = "") -> Control:
    """path: in the table; name: for the plan of the container; label: "" for the path's last words."""
    kind = TABLE[path].kind
    if isinstance(kind, Toggle):
        return Switch(path, name, label)
    if isinstance(kind, Trigger):
        return Push(path, name, label)
    if path.startswith("/deck/") and path.endswith("/category"):
        return Role(path, name, label)
    if isinstance(kind, Choice | Text):
        return Choose(path, name, label)
    return Knob(path, name, label)
