"""`liveriff models`: which models there are, fetching one from the hub, making pickled weights safe to load."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from liveriff.cli.plain import plain
from liveriff.errors import LiveriffError


@click.group()
def models() -> None:
    """List models, get them from the hub, convert their weights."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def list_models(as_json: bool) -> None:
    """List backends and the entries of models.yaml, and whether each can be played."""
    from liveriff.render.checkpoints import TABLE_NAME, own_folder

    found = list(_models())
    if as_json:
        click.echo(json.dumps({"models": found, "table": str(own_folder() / TABLE_NAME)}, indent=2))
        return
    width = max(len(model["name"]) for model in found)
    for model in found:
        click.echo(plain(f"{model['name']:{width}}  {model['title'] or model['problem']}"))
        if model["title"]:
            click.echo(
                f"{'':{width}}  {', '.join(model['categories'] + model['one_shots'])}; licence: {model['licence']}"
            )
    click.echo(f"More can be named in {own_folder() / TABLE_NAME}; see docs/models.md.")


def _models() -> Iterator[dict[str, Any]]:
    from liveriff.render.catalog import names
    from liveriff.render.checkpoints import table

    for name in dict.fromkeys((*names(), *table())):
        yield _described(name)


def _described(name: str) -> dict[str, Any]:
    from liveriff.render.catalog import find

    about: dict[str, Any] = {"name": name, "title": "", "categories": [], "one_shots": [], "licence": "", "problem": ""}
    try:
        info = find(name).info()
    except LiveriffError as error:
        return {**about, "problem": str(error)}
    categories = {"categories": list(info.categories), "one_shots": list(info.one_shots)}
    return {**about, **categories, "title": info.title, "licence": info.licence}


@models.command()
@click.argument("model", metavar="OWNER/NAME")
@click.option("--revision", help="A branch, tag or commit of the model.")
@click.option("--pickled", is_flag=True, help="Also fetch pickled weights, for `liveriff models convert`.")
def get(model: str, revision: str | None, pickled: bool) -> None:
    """Fetch a model from the hub into its cache, where it is found by its name from then on.

    Pickled weights are left out unless they are asked for.
    """
    from liveriff.render.hub import download, licence_of

    folder = download(model, revision, pickled)
    click.echo(f"{model} lies in {folder}.")
    licence = licence_of(folder)
    card = f"https://huggingface.co/{model}"
    click.echo(f"Its licence is {plain(licence)}: see {card}." if licence else f"It names no licence: ask at {card}.")


@models.command()
@click.argument("source", metavar="FOLDER|FILE.ckpt", type=click.Path(exists=True))
@click.option("--out", required=True, metavar="FOLDER|FILE.safetensors", help="What must not exist yet.")
def convert(source: str, out: str) -> None:
    """Turn pickled weights of Stable Diffusion (.bin, .ckpt) into safetensors, running none of the code in them."""
    from liveriff.render.riffusion.unpickle import convert as converted

    for path in converted(source, out):
        click.echo(str(path))
