"""`liveriff tosc`: a TouchOSC layout for a scene, into a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.control.touchosc import Show
    from liveriff.control.touchosc.node import Node

UDP = "Open it in TouchOSC; connection 1: UDP, this computer's address, send port 8000, receive port {port}."
TCP = "Open it in TouchOSC; connection 1: TCP client, this computer's address, port 8000."


@click.command()
@click.option("--out", required=True, metavar="FILE.tosc", help="Where the layout goes.")
@click.option("--size", type=click.Choice(["tablet", "phone"]), default="tablet", show_default=True, help="The screen.")
@click.option("--scene", default="", metavar="NAME|FILE", help="Whose prompts get buttons.  [default: house]")
@click.option("--decks", default="1,2,3,4", show_default=True, metavar="1,2", help="Which decks are on it.")
@click.option(
    "--receive-port",
    type=click.IntRange(0, 65535),
    default=9000,
    show_default=True,
    metavar="PORT",
    help="Where TouchOSC listens; 0 for TCP.",
)
@click.option("--pictures", default="", metavar="DIR", help="Also draw each page, as SVG, to look at without a tablet.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def tosc(out: str, size: str, scene: str, decks: str, receive_port: int, pictures: str, as_json: bool) -> None:
    """Make a TouchOSC layout: decks, mixer, pads, the scene's prompts, time and status.

    It fits `liveriff play --osc` as it stands; docs/touchosc.md says how to connect.
    """
    from liveriff.control.touchosc import SIZES, layout
    from liveriff.control.touchosc import tosc as written
    from liveriff.render.offline import write_whole

    if pictures and not Path(pictures).is_dir():
        raise UsageError(f"cannot draw into {pictures}: the folder does not exist.")
    show = _show(scene, _decks(decks), receive_port)
    root = layout(show, SIZES[size])
    write_whole(out, written(root))
    if pictures:
        _draw(root, Path(pictures), Path(out).stem)
    controls = sum(node.interactive for node in root.walk())
    _tell(out, show, controls, as_json)


def _decks(text: str) -> tuple[int, ...]:
    from liveriff.params.words import DECKS

    words = re.split(r"[,\s]+", text.strip())
    if not all(word in map(str, DECKS) for word in words) or len(set(words)) < len(words):
        raise UsageError(f"--decks takes numbers from {DECKS[0]} to {DECKS[-1]}, each once, such as 1,2; not {text!r}.")
    return tuple(sorted(int(word) for word in words))


def _show(name: str, decks: tuple[int, ...], port: int) -> Show:
    from liveriff.control.touchosc import Show
    from liveriff.engine.scenes import DEFAULT, list_scenes, load_scene
    from liveriff.params.table import TABLE

    scene = load_scene(name or DEFAULT)
    values = scene.complete()
    banks = {}
    for deck in decks:
        path = f"/deck/{deck}/category"
        banks[deck] = scene.bank.get(str(values.get(path, TABLE[path].default)), ())
    names = [listing.name for listing in list_scenes()]
    return Show(f"liveriff {scene.title}", decks, banks, values, names, port)


def _draw(root: Node, folder: Path, stem: str) -> None:
    from liveriff.control.touchosc import pictures
    from liveriff.render.offline import write_whole

    for title, svg in pictures(root).items():
        write_whole(folder / f"{stem}-{title.lower()}.svg", svg.encode())


def _tell(out: str, show: Show, controls: int, as_json: bool) -> None:
    from liveriff.control.touchosc.pages_prompts import SHOWN

    if as_json:
        import json

        click.echo(json.dumps({"file": out, "title": show.title, "decks": list(show.decks), "controls": controls}))
    else:
        click.echo(f"{out}: {show.title}, {controls} controls. {(UDP if show.port else TCP).format(port=show.port)}")
        for deck, bank in show.banks.items():
            if len(bank) > SHOWN:
                click.echo(f"Deck {deck} has {len(bank)} prompts; the first {SHOWN} have buttons.", err=True)
