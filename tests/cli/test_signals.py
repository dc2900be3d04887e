"""What ends a performance, also on loops that know no signals, as those of Windows."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from liveriff.cli.performance import ends_with


class Windows(asyncio.SelectorEventLoop):
    """A loop that knows no signals."""

    def add_signal_handler(self, *given: Any, **named: Any) -> None:
        """As there."""
        raise NotImplementedError


async def _ended() -> bool:
    ended = asyncio.Event()
    ends_with(signal.SIGTERM, ended.set)
    signal.raise_signal(signal.SIGTERM)
    await asyncio.wait_for(ended.wait(), 10)
    return True


def test_a_signal_ends_it_where_loops_know_none() -> None:
    before, loop = signal.getsignal(signal.SIGTERM), Windows()
    try:
        assert loop.run_until_complete(_ended())
    finally:
        signal.signal(signal.SIGTERM, before)
        loop.close()
