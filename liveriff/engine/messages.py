"""What the performer was told, kept for screens that come later. Engine's loop only."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from liveriff.params.registry import Registry

KEPT = 50


class Messages:
    """The last ``KEPT`` sentences, published as /status/log: local time and words, oldest first."""

    def __init__(self, registry: Registry, clock: Callable[[], time.struct_time] = time.localtime) -> None:
        """None yet."""
        self._registry, self._clock = registry, clock
        self._lines: deque[str] = deque(maxlen=KEPT)

    def tell(self, sentence: str) -> None:
        """One more."""
        plain = " ".join(sentence.split())
        self._lines.append(f"{time.strftime('%H:%M:%S', self._clock())}\t{plain}")
        self._registry.publish("/status/log", "\n".join(self._lines))
