"""What the engine said: time and words, the newest at the bottom; long messages go on below themselves."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from liveriff.ui import lines
from liveriff.ui.widgets.log_scroll import Scrolled
from liveriff.ui.widgets.painted import Part

_TIME = 10


class Log(Scrolled):
    """``/status/log``."""

    DEFAULT_CSS = "Log { height: 1fr; width: 1fr; }"
    tail = True

    def seen(self, now: float) -> object:
        """All of it, and the focus."""
        return self.store.words("/status/log"), self.has_focus

    def rows(self, width: int) -> Sequence[Sequence[Part]]:
        """A message is a line or more; the last one stands out."""
        said = lines.messages(self.store.words("/status/log"))
        if not said:
            return [[(" Nothing has been said yet.", self.ink("muted"))]]
        rows: list[Sequence[Part]] = []
        for message in said:
            weight = "b" if message is said[-1] else ""
            style = self.ink("foreground", weight=weight)
            for at, part in enumerate(textwrap.wrap(message.text, max(20, width - _TIME)) or [""]):
                time = message.time if at == 0 else ""
                rows.append([(f" {time:<{_TIME - 1}}", self.ink("muted")), (part, style)])
        return rows
