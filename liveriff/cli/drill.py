"""`liveriff drill`: do every fault to a real performance, and tell what became of it."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from liveriff.drill.outcome import Report
    from liveriff.drill.run import Setting
    from liveriff.drill.table import Fault


@click.command()
@click.option("--faults", default="", metavar="NAME,...", help="Only these.  [default: all]")
@click.option("--list", "listing", is_flag=True, help="List the faults, and what is expected of each.")
@click.option("--kills", type=click.IntRange(0), default=0, show_default=True, help="So many random kills afterwards.")
@click.option("--seconds-each", type=click.FloatRange(0.0, 3600.0), default=0.0, help="What a fault lasts at least.")
@click.option("--scene", default="house", show_default=True, help="What is played.")
@click.option("--model", default="embedded", show_default=True, help="What plays it; test-tone is quick.")
@click.option(
    "--ear",
    type=click.Choice(["auto", "file"]),
    default="auto",
    show_default=True,
    help="Listen through a JACK server of its own where there is one, or only to files.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the random kills and bytes.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("drill"),
    show_default=True,
    help="Folder of report.json and index.html.",
)
@click.option(
    "--markdown",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="REPORT",
    help="Print the table of a report.json instead.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def drill(
    faults: str, listing: bool, kills: int, seconds_each: float, scene: str, model: str, ear: str, seed: int, out: Path,
    markdown: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Do every fault to a performance of its own, and measure what is heard of it.

    Nothing of this machine's user is touched: every performance has its own folders, ports and audio server. Exit
    status 1 where a promise was not kept.
    """
    from liveriff.drill.report import begun, read
    from liveriff.drill.run import Setting
    from liveriff.drill.table import chosen
    from liveriff.drill.words import markdown as table

    if markdown:
        click.echo(table(read(markdown)), nl=False)
        return 0
    wanted = chosen(faults)
    if listing:
        _list(wanted, as_json)
        return 0
    setting = Setting(scene, model, seconds_each, seed, ear)
    report = begun(setting)
    with _workplace() as folder:
        _run(wanted, kills, setting, report, folder, out, as_json)
    if as_json:
        click.echo(json.dumps(asdict(report), indent=1))
    return 0 if report.good else 1


def _run(
    wanted: list[Fault], kills: int, setting: Setting, report: Report, folder: Path, out: Path, quiet: bool
) -> None:
    """The report is written after each fault and each set of kills, so that a run that is broken off leaves what it
    has."""
    from liveriff.drill.kills import random_kills
    from liveriff.drill.report import PAGE, write
    from liveriff.drill.run import drill as do
    from liveriff.drill.words import line, summary

    write(report, out)
    for fault in wanted:
        _say(f"{'':8}{fault.name:22}{fault.sentence}", quiet, passing=True)
        report.faults.append(do(fault, setting, folder))
        _say(line(report.faults[-1]), quiet)
        write(report, out)
    for a_set in random_kills(kills, setting, folder) if kills else ():
        report.kills += a_set
        for kill in a_set:
            told = "; ".join((f"kill {kill.number} of {kills}: {kill.victim}", *kill.wrong, *kill.left))
            _say(told, quiet, passing=not (kill.left or kill.wrong))
        write(report, out)
    _say(f"{summary(report)} See {out / PAGE}.", quiet)


def _list(wanted: list[Fault], as_json: bool) -> None:
    from liveriff.drill.needs import first_missing

    if as_json:
        rows = [
            {"name": f.name, "sentence": f.sentence, "expected": f.expected, "missing": first_missing(f.needs)}
            for f in wanted
        ]
        click.echo(json.dumps(rows, indent=1))
        return
    for fault in wanted:
        missing = first_missing(fault.needs)
        click.echo(f"{fault.name:22}{fault.sentence} {fault.expected}" + (f" [skipped: {missing}]" if missing else ""))


def _say(text: str, quiet: bool, passing: bool = False) -> None:
    """To a person; what passes is overwritten on a terminal, and not told in a pipe."""
    if quiet or (passing and not sys.stderr.isatty()):
        return
    clear = "\r\x1b[2K" if sys.stderr.isatty() else ""
    click.echo(f"{clear}{text}", nl=not passing, err=True)


@contextlib.contextmanager
def _workplace() -> Iterator[Path]:
    """A folder for all performances; whoever starts next removes it where the drill was killed."""
    from liveriff.engine import litter

    folder = litter.place("drill")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
