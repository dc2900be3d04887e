"""The client: it reads, hears, sets, and comes back by itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.door.client import DoorClient, Update
from liveriff.control.door.mailbox import MOST, Mailbox
from liveriff.control.door.url import DoorUrl, read_url
from liveriff.errors import UsageError
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE

QUICK = (0.05,)


async def next_for(client: DoorClient, path: str) -> Any:
    """The next update of one path."""
    async for update in client.updates():
        if update.path == path:
            return update.value
    raise AssertionError


def test_reading_hearing_and_setting(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with (
            open_door(osc_port=9000, name="stage") as opened,
            DoorClient(opened.door.address, ["/deck/1", "/pad/1/trigger"]) as client,
        ):
            await client.ready(10)
            assert set(TABLE) <= set(client.nodes)
            assert (client.host["NAME"], client.host["OSC_PORT"]) == ("stage", 9000)
            assert (client.connected, client.trouble) == (True, "")
            assert client.value("/deck/1/level") == -12.0
            opened.registry.set("/deck/1/level", -6.0)
            while await asyncio.wait_for(next_for(client, "/deck/1/level"), 10) != -6.0:
                pass
            assert client.value("/deck/1/level") == -6.0
            assert client.set("/deck/1/density", None)
            assert client.set("/deck/1/density", 0.5)
            assert client.set("/deck/1/steps", 12.0)
            assert client.set("/deck/1/mute", True)
            assert client.set("/deck/1/prompt/a", "dub")
            assert client.set("/deck/2/level", -3)
            assert client.set("/deck/1/next")
            assert client.set("/deck/1/next")
            await opened.until(lambda: len(opened.arrived) == 7)
            registry = opened.registry
            values = [registry.get(f"/deck/{p}") for p in ("1/density", "1/steps", "1/mute", "1/prompt/a", "2/level")]
            assert values == [0.5, 12, True, "dub", -3.0]
            registry.set("/pad/1/trigger", 0.25)
            assert await asyncio.wait_for(next_for(client, "/pad/1/trigger"), 10) == 0.25

    asyncio.run(run())


def test_new_offers_are_read_again(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with open_door() as opened, DoorClient(opened.door.address, []) as client:
            await client.ready(10)
            await opened.until(lambda: opened.door.counters.listeners == 1)
            opened.registry.offer("/deck/1/prompt/a", ["acid", "dub"])
            await asyncio.wait_for(next_for(client, "/deck/1/prompt/a"), 10)
            assert client.nodes["/deck/1/prompt/a"]["OFFERS"] == ["acid", "dub"]

    asyncio.run(run())


def test_it_comes_back_by_itself_and_hears_what_it_missed(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        stood: list[bool] = []
        async with contextlib.AsyncExitStack() as stack:
            async with open_door() as opened:
                url = opened.door.address
                client = await stack.enter_async_context(
                    DoorClient(url, ["/deck/1"], on_connection=stood.append, back_off_s=QUICK)
                )
                await client.ready(10)
            while client.connected or not client.trouble:
                await asyncio.sleep(0.01)
            assert client.set("/deck/1/level", 0.0) is False
            assert url in client.trouble
            registry = Registry()
            registry.set("/deck/1/level", -20.0)
            async with open_door(registry, port=opened.port) as again:
                assert again.door.address == url
                while await asyncio.wait_for(next_for(client, "/deck/1/level"), 10) != -20.0:
                    pass
                assert (client.trouble, stood) == ("", [True, False, True])

    asyncio.run(run())


def test_why_it_does_not_connect_is_a_sentence(open_door: Callable[..., Any]) -> None:
    async def run() -> None:
        async with open_door(token="sesame") as opened:
            async with DoorClient(opened.door.address, back_off_s=QUICK) as client:
                with pytest.raises(asyncio.TimeoutError):
                    await client.ready(0.3)
                assert "?token=" in client.trouble
            async with DoorClient(f"{opened.door.address}/?token=sesame") as client:
                await client.ready(10)
        async with DoorClient(opened.door.address, back_off_s=QUICK) as client:
            with pytest.raises(asyncio.TimeoutError):
                await client.ready(0.3)
            assert "does not answer" in client.trouble

    asyncio.run(run())


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("http://127.0.0.1:9999", DoorUrl("http://127.0.0.1:9999")),
        ("127.0.0.1:9999", DoorUrl("http://127.0.0.1:9999")),
        ("laptop.local", DoorUrl("http://laptop.local:8080")),
        (" ws://laptop:81/?token=a%20b ", DoorUrl("http://laptop:81", "a b")),
        ("http://[::1]:5/", DoorUrl("http://[::1]:5")),
    ],
)
def test_addresses_as_people_type_them(typed: str, url: DoorUrl) -> None:
    assert read_url(typed) == url


@pytest.mark.parametrize(
    "typed", ["", "http://", "ftp://x", "http://x:port", "http://x:99999", "//", "http://[", "/deck/1"]
)
def test_addresses_that_are_none(typed: str) -> None:
    with pytest.raises(UsageError, match="http://127"):
        read_url(typed)


@given(st.text())
def test_any_text_is_an_address_or_a_sentence(typed: str) -> None:
    try:
        base = read_url(typed).base
    except UsageError:
        base = "http://"
    assert base.startswith("http://")


def test_who_does_not_take_gets_the_latest_of_each_and_all_events() -> None:
    async def run() -> None:
        box: Mailbox[Update] = Mailbox()
        for n in range(10):
            box.put("/a", Update("/a", n))
            box.put_event(Update("/trigger", n))
        taken = await box.take()
        assert [each.value for each in taken if each.path == "/trigger"] == list(range(10))
        assert [each.value for each in taken if each.path == "/a"] == [9]
        for n in range(2 * MOST):
            box.put_event(Update("/trigger", n))
        assert len(await box.take()) == MOST

    asyncio.run(run())
