"""The options that say how a picture is made, and what a person has set of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_WIDE = {"stereo": True, "f_min": 10.0, "f_max": 20000.0}
"""What --20k stands for; single options still win."""


def of_pictures(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options named after the fields of ``exif.Parameters``; those not given stay None."""
    options: tuple[Decorator, ...] = (
        click.option("--step", "step_ms", type=float, metavar="MS", help="Time between columns.  [default: 10]"),
        click.option("--window", "window_ms", type=float, metavar="MS", help="Length of the window.  [default: 100]"),
        click.option("--padded", "padded_ms", type=float, metavar="MS", help="Length of the FFT.  [default: 400]"),
        click.option("--n-mels", type=int, metavar="N", help="Rows.  [default: 512]"),
        click.option("--f-min", type=float, metavar="HZ", help="Lowest frequency.  [default: 0]"),
        click.option("--f-max", type=float, metavar="HZ", help="Highest frequency.  [default: 10000]"),
        click.option("--power", type=float, metavar="X", help="Exponent of the greys.  [default: 0.25]"),
        click.option("--stereo/--mono", default=None, help="Left in green and right in blue, or one channel.  [mono]"),
        click.option("--20k", "wide", is_flag=True, help="10 to 20000 Hz, stereo."),
        click.option(
            "--max-volume",
            type=click.FloatRange(0.1, 10000),
            metavar="V",
            help="Scale of the older encoding, such as 50.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def given_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was set, --20k spelled out."""
    given = {name: value for name, value in options.items() if value is not None}
    return {**_WIDE, **given} if options["wide"] else given
