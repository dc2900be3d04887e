"""`liveriff attach`: the screen of a performance that is running, here or on another machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from liveriff.cli import screen
from liveriff.cli.sources import Found, Named
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.engine.sessions import Session

TRY_S = 5.0
NONE = "no performance is running here; start one with `liveriff play`, or name one: liveriff attach http://HOST:8080."


@click.command()
@click.argument("url", required=False, default="")
@click.option(
    "--token",
    default="",
    envvar="LIVERIFF_TOKEN",
    metavar="WORD",
    help="The word that the other machine wants (play --token).",
)
@click.option("--end", "ending", is_flag=True, help="End the performance that is running, with a fade; no screen.")
def attach(url: str, token: str, ending: bool) -> int:
    """Show the screen of a performance that is running.

    Without URL it finds the one on this machine, the newest if there are several. Ctrl-D leaves again.
    """
    if ending:
        if url:
            raise UsageError("--end ends the performance of this machine and takes no address.")
        return screen.end_session(_pick())
    source = source_of(url, token)
    if not screen.has_screen():
        raise UsageError("attach shows a screen and needs a terminal for it.")
    if isinstance(source, Named):
        _knock(source)
    from liveriff.ui import run

    outcome = run.show(source)
    return screen.leave(outcome, source.session if isinstance(source, Found) else None)


def source_of(url: str, token: str) -> Found | Named:
    """Where to go; an address of a performance of this machine is the performance itself."""
    from liveriff.control.door.url import read_url
    from liveriff.engine.sessions import find

    if not url:
        return Found(_pick())
    place = read_url(url)
    ours = next((session for session in find() if session.url == place.base), None)
    return Found(ours) if ours and token in ("", ours.token) else Named(place.base, token or place.token)


def _pick() -> Session:
    """The newest performance of this machine; the others are named."""
    from liveriff.engine.sessions import find

    sessions = find()
    if not sessions:
        raise UsageError(NONE)
    if len(sessions) > 1:
        others = ", ".join(f"{session.url} ({session.scene})" for session in sessions[1:])
        screen.say(f"{len(sessions)} performances are running; this is the newest, the others: {others}.")
    return sessions[0]


def _knock(source: Named) -> None:
    """Find out before there is a screen whether anybody answers; UsageError if not."""

    async def knock() -> str:
        from liveriff.control.door.client import DoorClient

        async with DoorClient(source.url, (), source.token) as door:
            try:
                await door.ready(TRY_S)
            except asyncio.TimeoutError:
                return door.trouble
        return ""

    trouble = asyncio.run(knock())
    if trouble:
        raise UsageError(trouble)
