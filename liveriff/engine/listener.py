"""What has come in, for those who take pieces of it. Engine's loop only, but for what ``take`` gives back.

The player writes what comes in with each block into a ring under the frames of that block. Somebody who plays to what
is heard is later than those by the way of the sound out and in again; ``read`` makes up for that, so a frame of the
grid is what was played on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from liveriff.engine.barloops import Bars, bars, laid
from liveriff.engine.segments import segment_name
from liveriff.errors import UsageError
from liveriff.wire.job import Job
from liveriff.wire.past import INPUT_S, Past

if TYPE_CHECKING:
    from liveriff.engine.stage import Stage

Sound = NDArray[np.float32]

PATIENCE_S = 4.0  # half a beat at the slowest tempo, the longest way out and in, and a busy machine
LOOKS_S = 0.01


class Listener:
    """There is one where an input was asked for, whether it could be had or not. ``segment``: of its ring."""

    def __init__(self, stage: Stage) -> None:
        """Make the ring; once the sink is open."""
        self._stage = stage
        self.segment = segment_name("input")
        self.ring = Past(self.segment, stage.time.rate, create=True, rings=1, seconds=INPUT_S)
        self.greet()

    def greet(self) -> None:
        """A player has opened its sink: say what it listens to."""
        opened = self._stage.player.opened
        if opened is not None and opened.deaf:
            self._stage.notice(f"There is no sound input: {opened.deaf}")
        elif opened is not None and opened.input:
            self._stage.notice(f"Listening to {opened.input}.")

    @property
    def there(self) -> bool:
        """Whether anything comes in."""
        opened = self._stage.player.opened
        return opened is not None and bool(opened.input)

    def read(self, first: int, frames: int) -> Sound | None:
        """What was played to the frames of the grid from ``first`` on, (frames, 2); None while it is not all there."""
        return self.ring.read(0, first + self._delay(), frames)

    def _delay(self) -> int:
        late_s = self._stage.registry.number("/input/offset") / 1000
        return round(self._stage.player.gauges["input_delay"] + late_s * self._stage.time.rate)

    def take(self, job: Job) -> Callable[[], Sound]:
        """The last bars as a loop of a job: what waits for them, to be called on a thread. UsageError, a sentence,
        where there are none."""
        time_ = self._stage.time
        grid = time_.transport.grid
        if not self.there:
            raise UsageError("there is no sound input; start with --input.")
        if grid is None or not time_.steady:
            raise UsageError("the transport stands, so there are no bars to take.")
        heard = self._stage.player.frame() - round(time_.latency_s * time_.rate)
        wanted = bars(grid, max(heard, grid.frame), job.beats)
        if wanted is None:
            raise UsageError(f"{job.beats} beats have not been played yet; ask with next when they have.")
        return lambda: self._wait(wanted, job.frames, self._delay())

    def _wait(self, wanted: Bars, frames: int, delay: int) -> Sound:
        """ON A THREAD."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            heard = self.ring.read(0, wanted.first - wanted.lead + delay, wanted.lead + wanted.frames)
            if heard is not None:
                return laid(heard, wanted, frames)
            time.sleep(LOOKS_S)
        raise UsageError("the bars to be taken did not come in; ask again with next.")

    def close(self) -> None:
        """Give the ring back."""
        self.ring.close()
