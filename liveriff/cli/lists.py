"""Commands that list: scenes, presets, parameters, devices."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from liveriff.cli.plain import plain

AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")


def _print_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=2, default=str))


def _print_listings(listings: Any, as_json: bool) -> None:
    if as_json:
        _print_json({listing.name: asdict(listing) for listing in listings})
        return
    width = max(len(listing.name) for listing in listings) if listings else 0
    for listing in listings:
        click.echo(plain(f"{listing.name:{width}}  {listing.title}: {listing.about}"))


@click.command()
@AS_JSON
def scenes(as_json: bool) -> None:
    """List the scenes that can be played by name."""
    from liveriff.engine.scenes import list_scenes

    _print_listings(list_scenes(), as_json)


@click.command()
@AS_JSON
def presets(as_json: bool) -> None:
    """List the presets that scenes give to decks."""
    from liveriff.engine.scenes_presets import list_presets

    _print_listings(list_presets(), as_json)


@click.command()
@AS_JSON
@click.option("--markdown", is_flag=True, help="The reference page, as in docs/params.md.")
def params(as_json: bool, markdown: bool) -> None:
    """List every parameter: its OSC path, range, unit, default, and when a change is heard."""
    from liveriff.params.document import as_json as document
    from liveriff.params.document import as_markdown
    from liveriff.params.table import SPECS

    if as_json:
        _print_json(document())
    elif markdown:
        click.echo(as_markdown(), nl=False)
    else:
        for spec in SPECS:
            click.echo(f"{spec.path:28} {spec.kind.describe(spec.unit):44} {spec.doc}")


@click.command()
@AS_JSON
def devices(as_json: bool) -> None:
    """List the sound devices that `play --device` and `play --input` take (any part of a name will do)."""
    from liveriff.player import inputs
    from liveriff.player.devices import list_devices

    found, reason = list_devices()
    heard, _ = inputs.listed()
    if as_json:
        _print_json(
            {
                "devices": [asdict(device) for device in found],
                "inputs": [asdict(each) for each in heard],
                "reason": reason,
            }
        )
        return
    for device in found:
        mark = "*" if device.default else " "
        click.echo(plain(f"{mark} {device.name}  [{device.host}, {device.channels} channels, {device.rate} Hz]"))
    if not found:
        click.echo(f"{reason} `liveriff play --sink null` plays without one.")
    for each in heard:
        click.echo(plain(f"  {each.name}  [input, {each.host}, {each.channels} channels, {each.rate} Hz]"))
