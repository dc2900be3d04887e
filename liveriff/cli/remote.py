"""`liveriff remote`: where the browser remote of a performance that runs is found, also as a code for cameras."""

from __future__ import annotations

import asyncio
import sys

import click

from liveriff.errors import UsageError

TRY_S = 5.0
NEAR = "Only this machine is let in; tablets and phones are with `liveriff play --lan --token auto`."


@click.command()
@click.argument("url", required=False, default="")
@click.option("--token", default="", envvar="LIVERIFF_TOKEN", metavar="WORD", help="What the other machine wants.")
def remote(url: str, token: str) -> None:
    """Show where browsers find the remote of a performance that is running, also as a QR code for a tablet's camera.

    Without URL it is the one on this machine, the newest if there are several. The address holds the token.
    """
    from liveriff.cli.attach import source_of
    from liveriff.cli.sources import Found
    from liveriff.control.door.guard import host_of, is_loopback

    source = source_of(url, token)
    place = source.session if isinstance(source, Found) else source
    word = place.token
    address = asyncio.run(_address(place.url, word))
    entrance = f"{address}/?token={word}" if word else f"{address}/"
    if is_loopback(host_of(address.partition("://")[2])):
        click.echo(entrance)
        click.echo(NEAR, err=True)
    else:
        click.echo(shown(entrance) if sys.stdout.isatty() else entrance)


def shown(entrance: str) -> str:
    """For a terminal: a QR code with the address below it; where it is too long for one, the address."""
    from liveriff.control.qr import blocks, encoded

    try:
        return f"{blocks(encoded(entrance))}\n{entrance}"
    except ValueError:
        return entrance


async def _address(url: str, token: str) -> str:
    """The door's, as other machines reach it; UsageError where nobody answers."""
    from liveriff.control.door.client import DoorClient

    async with DoorClient(url, (), token) as door:
        try:
            await door.ready(TRY_S)
        except asyncio.TimeoutError:
            raise UsageError(door.trouble) from None
        return str(door.host.get("ADDRESS") or url)
