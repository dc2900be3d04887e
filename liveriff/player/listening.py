"""What is listened to: one small protocol, and the input that runs by the sink's own clock.

``read`` is called on the sink's thread, once a block, for exactly the frames that the sink asks for.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

SETTLE = 0.02
LONGEST_TRIP_S = 2.0  # a host that says more does not know

Sound = NDArray[np.float32]


class Listening(Protocol):
    """An input. device: its name; delay_s: from a frame that the sink asks for to the frame that comes in when that is
    heard; lost: why nothing comes in any more, or ""."""

    device: str
    lost: str

    @property
    def delay_s(self) -> float:
        """See the class."""

    def read(self, out: Sound, frame: int) -> None:
        """Fill ``out`` (frames, 2) with what comes in with the block that begins at ``frame``; zeros where nothing has.
        Never waits."""

    def close(self) -> None:
        """Listen no more."""


class Together:
    """The input half of the sink's own stream: what comes in has come when the sink asks. Nothing drifts."""

    lost = ""

    def __init__(self, device: str, latencies: tuple[float, float]) -> None:
        """latencies: of input and output in s, until the first block tells better."""
        self.device = device
        self._delay_s = sum(latencies)
        self._block: Any = None
        self._told = False

    def hear(self, block: Any, time: Any) -> None:
        """What has come in (frames, channels), and PortAudio's times of it. On the sink's thread, before it fills."""
        self._block = block
        trip = float(time.outputBufferDacTime) - float(time.inputBufferAdcTime)
        if not 0.0 < trip < LONGEST_TRIP_S:
            return
        self._delay_s += (trip - self._delay_s) * (SETTLE if self._told else 1.0)
        self._told = True

    @property
    def delay_s(self) -> float:
        """See ``Listening``."""
        return self._delay_s

    def read(self, out: Sound, frame: int) -> None:
        """See ``Listening.read``."""
        if self._block is None or len(self._block) != len(out):
            out.fill(0.0)
        else:
            spread(out, self._block)
            self._block = None

    def close(self) -> None:
        """The sink closes it."""


def spread(out: Sound, block: Sound) -> None:
    """Copy (frames, channels) to both sides: the first two channels, or the only one twice."""
    out[:, 0] = block[:, 0]
    out[:, 1] = block[:, min(1, block.shape[1] - 1)]
