"""`liveriff soak`: hours of a set, faster than time or in it, watched for anything that grows."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command()
@click.option("--hours", type=click.FloatRange(0.005, 240), default=10.0, show_default=True, help="Of the set's time.")
@click.option("--real-time", is_flag=True, help="`liveriff play` as it stands, with the embedded model.")
@click.option("--sink", default="null", show_default=True, help="With --real-time: null or device.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Which set.")
@click.option("--out", default="soak", show_default=True, metavar="DIR", help="Where report.json and index.html go.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def soak(hours: float, real_time: bool, sink: str, seed: int, out: str, as_json: bool) -> int:
    """Play a busy set for hours and judge whether anything grows.

    Decks, pads, scenes, morphs, captures, recordings, controllers and clients that come and go; memory, handles,
    slots, threads, tasks and files are watched throughout. Faster than time unless --real-time: ten hours take
    minutes, by a clock that goes on as the player mixes. Status 1 where something grows or a beat drifts.
    """
    from liveriff.drill.soak import Plan
    from liveriff.drill.soak import soak as played

    plan = Plan(hours, real_time, Path(out), sink, seed=seed)
    report = played(plan, _progress(as_json or not sys.stderr.isatty()))
    if as_json:
        click.echo(json.dumps(report, indent=2))
    else:
        click.echo("\n".join(_words(report, plan.out)))
    return 0 if report["passed"] else 1


def _progress(quiet: bool) -> Callable[[float, str], None]:
    def tell(share: float, words: str) -> None:
        if not quiet:
            sys.stderr.write(f"\r\x1b[2K{share:4.0%} {words}")
            sys.stderr.flush()

    return tell


def _words(report: dict[str, object], out: Path) -> list[str]:
    verdict = "Nothing grows." if report["passed"] else "It has not passed:"
    faults = report["faults"]
    lines = [f"{report['hours']} h of a set in {report['took_s']} s. {verdict}"]
    lines += [f"  {fault}" for fault in faults] if isinstance(faults, list) else []
    return [*lines, f"The curves are in {out / 'index.html'}."]
