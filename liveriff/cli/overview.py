"""`liveriff overview`: the log of a performance as a picture."""

from __future__ import annotations

import click

from liveriff.errors import UsageError


@click.command()
@click.argument("log", metavar="LOG")
@click.option("--out", required=True, metavar="FILE.png", help="Where the picture goes.")
@click.option(
    "--width", type=click.IntRange(800, 8000), default=1600, show_default=True, help="Pixels across, for the whole set."
)
def overview(log: str, out: str, width: int) -> None:
    """Draw a set on one page, from the log that `liveriff play --log LOG` wrote.

    Every deck with its chunks, prompts, levels, morphs, mutes and freezes; pads, tempo, keys, scenes, the mix, and
    what went wrong.
    """
    from liveriff.cli.render import writable
    from liveriff.engine.journal import read
    from liveriff.engine.overview.page import draw
    from liveriff.render.offline import write_whole

    if not out.lower().endswith(".png"):
        raise UsageError(f"--out takes a name that ends in .png, not {out!r}.")
    writable(out)
    told = read(log)
    if not told.events:
        raise UsageError(f"{log} ends before anything was played; there is nothing to draw.")
    write_whole(out, draw(told, width))
