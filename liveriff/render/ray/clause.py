"""What an error of Ray's says to a performer: one clause of its many lines. Pure."""

from __future__ import annotations

import re

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_IN_CREATION = "creation task"
_LOST = "Ray client has already been disconnected"


def clause(error: BaseException) -> str:
    """Without a full stop: the first line, or the last where the first only says that something is told below."""
    lines = [line.strip() for line in _COLOURS.sub("", str(error)).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    if _LOST in lines[0]:
        return "the connection to it is lost"
    told_below = lines[0].endswith(":") or _IN_CREATION in lines[0]
    return (lines[-1] if told_below else lines[0]).rstrip(".")
