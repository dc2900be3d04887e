"""Opens what is listened to: together with the sink where they share a clock, beside it where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liveriff.player.listening import Listening
from liveriff.player.options import PlayerOptions
from liveriff.player.sink import PLAIN_BLOCK, Sink

if TYPE_CHECKING:
    from liveriff.player.devices import Device


def open_input(options: PlayerOptions, sink: Sink) -> Listening | None:
    """The input that the options ask for, None if they ask for none. DeviceError, in one sentence, where it cannot be
    had."""
    if options.input is None:
        return None
    together: Listening | None = getattr(sink, "listening", None)
    if together is not None:
        return together
    from liveriff.player import inputs
    from liveriff.player.sideinput import SideInput

    output: Device | None = getattr(sink, "found", None)
    return SideInput(inputs.choose(options.input, output), sink.rate, sink.block or PLAIN_BLOCK, sink.latency_s)
