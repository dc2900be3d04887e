"""The soak's clock: free with the machine's, stepped by the player as far as the engine allows, never back."""

from __future__ import annotations

import asyncio
import selectors
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from liveriff.drill.soak_clock import SoakClock
from liveriff.drill.soak_loop import AHEAD_S, FASTEST, RENDERING, Pace, SteppingSelector


@pytest.fixture
def clock(tmp_path: Path) -> SoakClock:
    return SoakClock(tmp_path / "clock", create=True)


def test_it_runs_freely_until_it_is_taken(clock: SoakClock) -> None:
    first = clock.now()
    time.sleep(0.02)
    assert clock.now() >= first + 0.02
    taken = clock.take()
    time.sleep(0.02)
    assert clock.now() == taken
    clock.release()
    time.sleep(0.02)
    assert taken + 0.02 <= clock.now() < taken + 10.0


def test_all_who_map_it_see_the_same_time(clock: SoakClock, tmp_path: Path) -> None:
    other = SoakClock(tmp_path / "clock")
    taken = clock.take()
    other.allow(taken + 5.0)
    assert clock.reach(taken + 4.0)
    assert other.now() == taken + 4.0
    assert other.stepped


def test_nobody_goes_further_than_is_allowed(clock: SoakClock) -> None:
    taken = clock.take()
    clock.allow(taken + 1.0)
    assert clock.reach(taken + 1.0)
    assert not clock.reach(taken + 1.001)
    assert clock.now() == taken + 1.0
    clock.allow(taken + 0.5)  # what was allowed stays so
    assert clock.reach(taken + 0.7)
    assert clock.now() == taken + 1.0, "it never falls"


def test_time_goes_no_faster_than_what_works_beside_it_can_bear() -> None:
    times, real = [RENDERING], [100.0]
    pace = Pace(lambda: times[0], lambda: real[0])
    pace.begin(5.0)
    assert pace.holds
    assert pace.limit(60.0) == pytest.approx(5.0 + AHEAD_S)
    real[0] += 2.0
    assert pace.limit(60.0) == pytest.approx(5.0 + 2.0 * RENDERING + AHEAD_S)
    assert pace.limit(6.0) == 6.0
    times[0] = FASTEST
    assert pace.limit(60.0) == 60.0
    assert pace.limit(1e9) == pytest.approx(5.0 + 2.0 * FASTEST + AHEAD_S), "no leap"
    pace.begin(50.0)
    assert not pace.holds
    assert pace.limit(1e9) == pytest.approx(50.0 + AHEAD_S)


class Mixing:
    """A player: takes the clock and steps it as fast as it may."""

    def __init__(self, clock: SoakClock, step_s: float = 0.01) -> None:
        self.over = False
        self._clock, self._step_s = clock, step_s
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._began = clock.take()
        self._thread.start()

    def _run(self) -> None:
        steps = 0
        while not self.over:
            steps += self._clock.reach(self._began + steps * self._step_s)

    def leave(self) -> None:
        self.over = True
        self._thread.join(5.0)


def loop_by(clock: SoakClock) -> asyncio.AbstractEventLoop:
    made = asyncio.SelectorEventLoop(SteppingSelector(clock, Pace(lambda: FASTEST)))
    made.time = clock.now  # type: ignore[method-assign]  # as time.monotonic is where the clock is installed
    return made


def run(clock: SoakClock, work: Callable[[], object]) -> None:
    loop = loop_by(clock)
    try:
        loop.run_until_complete(work())  # type: ignore[arg-type]
    finally:
        loop.close()


def test_an_hour_of_looks_takes_no_hour(clock: SoakClock) -> None:
    player, looks, began = Mixing(clock, 0.05), [], time.perf_counter()

    async def look() -> None:
        for _ in range(360):
            await asyncio.sleep(1.0)
            looks.append(clock.now())

    run(clock, look)
    player.leave()
    assert 360.0 <= clock.now() - player._began < 400.0
    assert time.perf_counter() - began < 120.0
    assert all(0.9 < after - before < 1.3 for before, after in pairwise(looks))


def test_what_comes_by_a_socket_is_heard_while_time_goes_on(clock: SoakClock) -> None:
    player = Mixing(clock, 0.05)

    async def serve() -> bytes:
        heard = asyncio.get_running_loop().create_future()
        server = await asyncio.start_server(lambda reader, _: asyncio.ensure_future(take(reader)), "127.0.0.1", 0)

        async def take(reader: asyncio.StreamReader) -> None:
            heard.set_result(await reader.read(5))

        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await asyncio.sleep(1.0)
        writer.write(b"hello")
        said = await heard
        writer.close()
        server.close()
        return bytes(said)

    said: list[bytes] = []

    async def both() -> None:
        said.append(await serve())

    run(clock, both)
    player.leave()
    assert said == [b"hello"]


def test_a_player_that_is_gone_lets_time_run_again(clock: SoakClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveriff.drill.soak_loop.STUCK_S", 0.1)
    clock.take()
    selector = SteppingSelector(clock, Pace(lambda: FASTEST))
    assert isinstance(selector, selectors.DefaultSelector)
    selector.select(0.5)
    assert not clock.stepped
    selector.close()
