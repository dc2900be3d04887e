"""How long the engine waits for a player: a sink that hangs is given up, kernels that are compiled are waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from liveriff.engine import playing
from liveriff.engine.options import PlayOptions
from liveriff.engine.playing import COMPILES, Player
from liveriff.errors import DeviceError
from liveriff.wire.messages import Compiling, Opened

OPENED = Opened("null", "null", 48000, 256, 0.0, 1)


@pytest.fixture
def player(monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    """One that has not been started, with little patience for a sink."""
    for name, seconds in (("OPEN_PATIENCE_S", 0.05), ("COMPILE_PATIENCE_S", 30.0), ("COMPILES_S", 0.01)):
        monkeypatch.setattr(playing, name, seconds)
    made = Player(PlayOptions(sink="null"), lambda message: None, lambda: None)
    yield made
    made.close()


def waited(player: Player, *script: tuple[float, object]) -> tuple[Any, list[str]]:
    """What comes of waiting while the player says this after so many seconds each, and what the performer is told."""
    told: list[str] = []

    async def wait() -> Any:
        loop = asyncio.get_running_loop()
        player._opening, player._notice = loop.create_future(), told.append
        at = 0.0
        for pause, message in script:
            at += pause
            loop.call_later(at, player._message, message)
        return await player._answer(player._opening)

    return asyncio.run(wait()), told


def test_a_sink_that_hangs_is_given_up(player: Player) -> None:
    with pytest.raises(DeviceError, match="did not open"):
        waited(player)


def test_compiling_is_waited_for_and_told_once(player: Player) -> None:
    opened, told = waited(player, (0.0, Compiling()), (0.4, OPENED))
    assert opened == OPENED
    assert told == [COMPILES]


def test_a_quick_start_is_no_news(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "COMPILES_S", 20.0)
    assert waited(player, (0.0, Compiling()), (0.0, OPENED)) == (OPENED, [])


def test_compiling_has_an_end_too(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "COMPILE_PATIENCE_S", 0.2)
    with pytest.raises(DeviceError, match="did not open"):
        waited(player, (0.0, Compiling()))
