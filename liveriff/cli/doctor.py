"""`liveriff doctor`: is all that playing needs here, and does a backend keep the contract."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from liveriff.cli.checks.finding import Finding

MARKS = {"ok": click.style("ok   ", fg="green"), "note": click.style("note ", fg="yellow")}
FAULT = click.style("FAULT", fg="red")
INDENT = " " * 22
PLAYS, NOTED, NOT = (
    "All is well. First sound: liveriff play",
    "It plays; what is noted makes it better. First sound: liveriff play",
    "What is marked FAULT has to be mended before it plays as it should.",
)
MORE = "Each name in brackets is a section of docs/troubleshooting.md, in the folder of the source."


@click.command()
@click.option("--backend", default="", help="Judge this backend by the contract that all backends keep.")
@click.option("--accelerator", default="cpu", show_default=True, help="Where the backend runs: cpu, cuda, mps.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def doctor(backend: str, accelerator: str, as_json: bool) -> int:
    """Check this machine and say what to do; exit status 1 if something cannot play.

    What may hang (an audio server that stands still, a graphics card's driver) is asked in a program of its own and
    given up after some seconds.
    """
    return _judge(backend, accelerator, as_json) if backend else _examine(as_json)


def _examine(as_json: bool) -> int:
    from liveriff.cli.checks.table import run_checks

    findings = []
    for finding in run_checks():
        findings.append(finding)
        if not as_json:
            _tell(finding)
    sick = any(finding.level == "fault" for finding in findings)
    if as_json:
        click.echo(json.dumps({"plays": not sick, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        noted = any(finding.remedy for finding in findings)
        click.echo("\n" + (NOT if sick else NOTED if noted else PLAYS) + (f"\n{MORE}" if noted else ""))
    return int(sick)


def _tell(finding: Finding) -> None:
    name = f" [{finding.remedy}]" if finding.remedy else ""
    click.echo(f"{MARKS.get(finding.level, FAULT)}  {finding.name:14} {finding.found}{name}")
    if finding.advice:
        click.echo(click.wrap_text(finding.advice, 110, INDENT, INDENT))


def _judge(name: str, accelerator: str, as_json: bool) -> int:
    from liveriff.render.catalog import find
    from liveriff.render.contract import check_backend

    results = []
    for result in check_backend(find(name), accelerator):
        results.append(result)
        if not as_json:
            word = MARKS["ok"] if result.ok and not result.skipped else MARKS["note"] if result.ok else FAULT
            click.echo(f"{word}  {result.name:32} {result.seconds:6.2f} s  {result.problem or result.skipped}")
    if as_json:
        click.echo(json.dumps({"backend": name, "results": [asdict(result) for result in results]}, indent=2))
    return int(not all(result.ok for result in results))
