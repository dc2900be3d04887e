"""A player that dies before its sink is open is started once more; one that always dies is told."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from multiprocessing.connection import Connection
from typing import Any

import pytest

from liveriff.engine.options import PlayOptions
from liveriff.engine.playing import Player
from liveriff.errors import DeviceError

pytestmark = pytest.mark.e2e


class Clumsy(Player):
    """Falls as often as it is told to before it stands."""

    falls = 1
    starts = 0

    def _make(self, pipe: Connection) -> Any:
        self.starts += 1
        if self.starts <= self.falls:
            return multiprocessing.get_context("spawn").Process(target=os._exit, args=(7,))
        return super()._make(pipe)


def played(falls: int) -> Clumsy:
    """A player on the null sink after its opening."""

    async def opening() -> Clumsy:
        player = Clumsy(PlayOptions(sink="null"), lambda message: None, lambda: None)
        player.falls = falls
        try:
            await player.open(lambda sentence: None)
        finally:
            player.close()
        return player

    return asyncio.run(opening())


def test_one_fall_is_forgiven() -> None:
    player = played(1)
    assert player.starts == 2
    assert player.opened is not None
    assert player.opened.sink == "null"


def test_two_are_told() -> None:
    with pytest.raises(DeviceError, match="left while it opened"):
        played(2)
