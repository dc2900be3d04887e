"""`liveriff serve`: clips for the clients that Riffusion's server has, by any model."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liveriff.errors import UsageError

if TYPE_CHECKING:
    import ssl

    from liveriff.cli.serve_pool import Pool
    from liveriff.cli.serve_worker import PoolOptions
    from liveriff.control.door.guard import Guard
    from liveriff.control.riffserver.server import ClipServer

PORT = 3013
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--lan", is_flag=True, help="Let other machines in.")
@click.option(
    "--token",
    default="",
    envvar="LIVERIFF_TOKEN",
    metavar="WORD",
    help="A word that clients must know; auto for a new one.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 for any that is free.")
@click.option("--backend", default="embedded", show_default=True, help="A backend, or a name in models.yaml.")
@click.option("--checkpoint", default="", metavar="PATH|ID", help="What the backend plays: a folder, file or hub id.")
@click.option("--seed-images", default="", metavar="DIR", help="Seed images and masks as PNG, asked for by name.")
@click.option("--category", default="mix", show_default=True, help="Of the loops: drums, bass, synth, mix.")
@click.option("--accelerator", default="cpu", show_default=True, help="Where the model runs: cpu, cuda, mps.")
@click.option("--workers", type=click.IntRange(1, 16), default=1, show_default=True, help="Renderers side by side.")
@click.option("--queue", type=click.IntRange(1, 10000), default=100, show_default=True, help="How many may wait.")
@click.option("--timeout", type=click.FloatRange(0.1), default=120.0, show_default=True, help="Seconds for a clip.")
@click.option("--cert", default="", metavar="FILE.pem", help="A certificate, for https.")
@click.option("--key", default="", metavar="FILE.pem", help="Its key, unless it is in --cert.")
@click.option("--quiet", is_flag=True, help="No line for each request.")
def serve(
    host: str, port: int, lan: bool, token: str, backend: str, checkpoint: str, quiet: bool, **given: Any
) -> None:
    """Answer POST /run_inference/ as Riffusion's server does, so that its web app and plug-ins play from here.

    Try it: the page at http://127.0.0.1:3013/. Ctrl-C ends it.
    """
    from liveriff.cli.serve_pool import Pool
    from liveriff.control.door.guard import AUTO
    from liveriff.control.riffserver.pictures import Pictures
    from liveriff.control.riffserver.server import ClipServer

    model = f"{backend}:{checkpoint}" if checkpoint else backend
    options = _pool_options(model, **given)
    pictures = Pictures(Path(given["seed_images"]).expanduser() if given["seed_images"] else None)
    guard, tls = guard_of(host, lan, token), tls_of(given["cert"], given["key"])
    host = EVERYWHERE if lan and host == LOOPBACK else host
    pool = Pool(options)
    server = ClipServer(pool, pictures, host, port, tls, guard)
    logging.basicConfig(level=logging.WARNING if quiet else logging.INFO, format="%(message)s", stream=sys.stderr)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(pool, server, token == AUTO))


def guard_of(host: str, lan: bool, token: str) -> Guard:
    """Whom to let in; UsageError for an address that others could reach without a word that they may."""
    from liveriff.control.door.addresses import own_names
    from liveriff.control.door.guard import Guard, is_loopback, token_of

    if not lan and not is_loopback(host):
        raise UsageError(f"{host} can be reached from other machines; say so with --lan, or use 127.0.0.1.")
    return Guard(lan, token_of(token), own_names())


def _pool_options(
    model: str, category: str, accelerator: str, workers: int, queue: int, timeout: float, **_: Any
) -> PoolOptions:
    """UsageError or ModelError where the model cannot do it."""
    from liveriff.cli.serve_worker import PoolOptions
    from liveriff.params.words import did_you_mean
    from liveriff.render.catalog import find

    known = find(model).info().categories
    if not known:
        raise UsageError(f"the model {model!r} makes one-shots only, and clips are loops; name one that makes loops.")
    if category not in known:
        hint = did_you_mean(category, known)
        raise UsageError(f"--category of {model!r} is one of {', '.join(known)}, not {category!r}.{hint}")
    return PoolOptions(model, accelerator, category, workers, queue, timeout)


def tls_of(certificate: str, key: str) -> ssl.SSLContext | None:
    """None where neither is given; UsageError if they cannot be used."""
    import ssl

    if not certificate:
        if key:
            raise UsageError("--key needs the certificate it belongs to: --cert FILE.pem.")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for path in filter(None, (certificate, key)):
        if not Path(path).is_file():
            raise UsageError(f"there is no file {path}.")
    try:
        # A key with a password would ask for it on the terminal.
        context.load_cert_chain(certificate, key or None, password=lambda: "")
    except (OSError, ValueError) as error:  # SSLError is an OSError
        remedy = "give two PEM files, the key without a password"
        raise UsageError(f"{certificate} and its key cannot be used; {remedy}.") from error
    return context


def _reached(address: str) -> str:
    """An address of all networks as other machines reach it."""
    from liveriff.control.door.addresses import lan_address

    return address.replace(EVERYWHERE, lan_address()) if EVERYWHERE in address else address


async def _serve(pool: Pool, server: ClipServer, new_token: bool) -> None:
    """Until Ctrl-C or SIGTERM."""
    from liveriff.cli.remote import shown

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    click.echo(f"Loading the model {pool.options.model}.", err=True)
    try:
        loading = asyncio.ensure_future(pool.start())
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({loading, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not loading.done():
            loading.cancel()
            await asyncio.wait({loading})
            return
        loading.result()
        address = _reached(await server.start())
        click.echo(f"Listening on {address} (POST {address}run_inference/); Ctrl-C ends it.")
        entrance = f"{address}?token={server.guard.token}"
        if server.guard.lan and sys.stderr.isatty():
            click.echo(shown(entrance if server.guard.token else address), err=True)
        elif new_token:
            click.echo(f"The token is in the address: {entrance}")
        await stopped
    finally:
        pool.close()
        await server.stop()
