"""The player of a soak that is faster than time: the real one, on a sink that goes as far as the engine has seen."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection

from liveriff.drill.soak_clock import VARIABLE, SoakClock, install, stand_in
from liveriff.player.options import PlayerOptions


def main(pipe: Connection, options: PlayerOptions) -> None:
    """Target of the player's process in place of ``liveriff.player.entry.player_main``."""
    clock = SoakClock(os.environ[VARIABLE])
    install(clock)
    import numpy as np

    from liveriff.player import worker
    from liveriff.player.sink import PLAIN_RATE, ClockSink, Fill, Sink

    class StepSink(ClockSink):
        """Asks for blocks by the soak's clock, which it moves."""

        def _run(self, fill: Fill) -> None:
            out = np.zeros((self.block, 2), np.float32)
            began, asked, engine = clock.take(), 0, os.getppid()
            while not self._closing:
                if clock.reach(began + asked / self.rate):
                    fill(out)
                    asked += self.block
                elif os.getppid() != engine:  # nobody allows anything any more
                    clock.release()

    def opened(asked: PlayerOptions) -> Sink:
        return StepSink(asked.rate or PLAIN_RATE, asked.block, "soak")

    stand_in(worker, "open_sink", opened)
    worker.main(pipe, options)
