"""The queue before the renderers: its bounds, wishes given up, renderers that hang or die."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import servehands

from liveriff.cli import serve_worker
from liveriff.cli.serve_pool import Pool
from liveriff.cli.serve_worker import PoolOptions
from liveriff.control.riffserver.kitchen import Failed, Full, Late
from liveriff.errors import ModelError
from liveriff.wire.clips import ClipEnd, Wish


def wish(prompt: str) -> Wish:
    return Wish(ClipEnd(prompt, 1), ClipEnd("b", 1), 0.5)


def pooled(test: Callable[[Pool], Awaitable[None]], **options: Any) -> None:
    async def run() -> None:
        pool = Pool(PoolOptions(start_method="spawn", **options), servehands.behaving)
        await pool.start()
        try:
            await asyncio.wait_for(test(pool), 60)
        finally:
            pool.close()

    asyncio.run(run())


async def until(happened: Callable[[], bool]) -> None:
    for _ in range(2000):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


def test_fifty_at_once_and_one_too_many() -> None:
    async def test(pool: Pool) -> None:
        first = asyncio.ensure_future(pool.make(wish("endless")))
        await until(lambda: pool.state().working == 1)
        rest = [asyncio.ensure_future(pool.make(wish("fine"))) for _ in range(50)]
        await until(lambda: pool.state().waiting == 50)
        with pytest.raises(Full) as caught:
            await pool.make(wish("fine"))
        assert caught.value.retry_s >= 1
        first.cancel()
        assert await asyncio.gather(*rest) == [servehands.CLIP] * 50
        assert pool.state().made == 50
        assert (pool.state().waiting, pool.state().working) == (0, 0)

    pooled(test, queue=50)


def test_who_leaves_the_queue_makes_room() -> None:
    async def test(pool: Pool) -> None:
        first = asyncio.ensure_future(pool.make(wish("endless")))
        await until(lambda: pool.state().working == 1)
        second = asyncio.ensure_future(pool.make(wish("fine")))
        await until(lambda: pool.state().waiting == 1)
        second.cancel()
        await until(lambda: pool.state().waiting == 0)
        third = asyncio.ensure_future(pool.make(wish("fine")))
        first.cancel()
        assert await third == servehands.CLIP
        assert pool.state().made == 1, "the one that was given up was never made"

    pooled(test, queue=1)


def test_a_clip_that_takes_too_long_is_given_up() -> None:
    async def test(pool: Pool) -> None:
        pid = pool._workers[0]._child.pid  # type: ignore[union-attr]
        with pytest.raises(Late):
            await pool.make(wish("endless"))
        assert await pool.make(wish("fine")) == servehands.CLIP
        assert pool._workers[0]._child.pid == pid, "it heard, and lives"  # type: ignore[union-attr]

    pooled(test, timeout_s=0.2)


def test_a_renderer_that_hangs_is_killed_and_the_next_clip_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_worker, "CANCEL_S", 0.2)

    async def test(pool: Pool) -> None:
        with pytest.raises(Late):
            await pool.make(wish("deaf"))
        assert await pool.make(wish("fine")) == servehands.CLIP

    pooled(test, timeout_s=1.0)


def test_a_renderer_that_dies_costs_one_clip() -> None:
    async def test(pool: Pool) -> None:
        answers = await asyncio.gather(
            *(pool.make(wish(each)) for each in ("die", "fine", "fine")), return_exceptions=True
        )
        assert isinstance(answers[0], Failed)
        assert answers[1:] == [servehands.CLIP] * 2

    pooled(test)


def test_a_model_that_is_gone_when_its_renderer_is_started_again() -> None:
    async def test(pool: Pool) -> None:
        pool.main = servehands.unloadable
        answers = await asyncio.gather(*(pool.make(wish(each)) for each in ("die", "fine")), return_exceptions=True)
        assert [type(each) for each in answers] == [Failed, Failed]
        assert "is not there" in str(answers[1])

    pooled(test)


def test_closing_fails_what_waits() -> None:
    async def test(pool: Pool) -> None:
        both = [asyncio.ensure_future(pool.make(wish("endless"))) for _ in range(2)]
        await until(lambda: pool.state().working == 1)
        pool.close()
        answers = await asyncio.gather(*both, return_exceptions=True)
        assert all(isinstance(each, Failed) for each in answers)

    pooled(test)


def test_workers_share_the_queue() -> None:
    async def test(pool: Pool) -> None:
        both = [asyncio.ensure_future(pool.make(wish("endless"))) for _ in range(2)]
        await until(lambda: pool.state().working == 2)
        for each in both:
            each.cancel()
        await until(lambda: pool.state().working == 0)

    pooled(test, workers=2)


@pytest.mark.parametrize(
    ("main", "sentence"), [(servehands.unloadable, "is not there"), (servehands.dying, "left while it loaded")]
)
def test_a_model_that_does_not_load_ends_the_start(main: serve_worker.Main, sentence: str) -> None:
    async def run() -> None:
        with pytest.raises(ModelError, match=sentence):
            await Pool(PoolOptions("absent", start_method="spawn"), main).start()

    asyncio.run(run())
