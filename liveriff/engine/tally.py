"""What happened in a performance, counted. Engine's loop only."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from liveriff.engine.moment import MARGIN_S
from liveriff.wire.messages import Rendered

REMEMBERED = 256
LEAD_S = 60.0
"""So far ``Tally.recent_lead_s`` looks back."""


@dataclass(frozen=True)
class Landed:
    """A deck plays the chunk of this job in full since this frame."""

    deck: int
    frame: int
    job: str


@dataclass
class Tally:
    """Counters since the start; times in seconds."""

    rendered: int = 0
    redecoded: int = 0
    from_cache: int = 0
    late: int = 0
    refused: int = 0
    swapped: int = 0
    music_s: float = 0.0
    render_s: float = 0.0
    lead_s: float | None = None  # the shortest time by which a chunk was ready before its beat
    first_sound_s: float | None = None
    first_downbeat_clock_s: float | None = None  # time.monotonic() when the sink takes the first downbeat
    leads: deque[tuple[float, float]] = field(default_factory=deque)  # when (time.monotonic), and lead, rising
    landed: deque[Landed] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def render(self, message: Rendered, rate: int) -> float:
        """A chunk is done; returns how many times faster than it plays."""
        self.rendered += 1
        self.redecoded += message.redecoded
        self.render_s += message.seconds
        self.music_s += message.frames / rate
        return message.frames / rate / max(message.seconds, 1e-6)

    def ready(self, lead_s: float) -> bool:
        """A chunk is ready so long before its beat; False if that is too late to land on it."""
        self.lead_s = lead_s if self.lead_s is None else min(self.lead_s, lead_s)
        while self.leads and self.leads[-1][1] >= lead_s:  # what was longer and earlier will never be the least again
            self.leads.pop()
        self.leads.append((time.monotonic(), lead_s))
        in_time = lead_s >= MARGIN_S / 2
        self.late += not in_time
        return in_time

    def recent_lead_s(self, now: float) -> float:
        """The shortest lead of the last LEAD_S seconds, or the last one if there was none since; 0.0 before any."""
        while len(self.leads) > 1 and now - self.leads[0][0] > LEAD_S:
            self.leads.popleft()
        return self.leads[0][1] if self.leads else 0.0

    @property
    def x_realtime(self) -> float | None:
        """Seconds of music rendered a second of rendering."""
        return self.music_s / self.render_s if self.render_s else None
