"""`liveriff doctor`: is all that playing needs here, and does a backend keep the contract."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

MARKS = {"ok": click.style("ok   ", fg="green"), "note": click.style("note ", fg="yellow")}
FAULT = click.style("FAULT", fg="red")


@click.command()
@click.option("--backend", default="", help="Judge this backend by the contract that all backends keep.")
@click.option("--accelerator", default="cpu", show_default=True, help="Where the backend runs: cpu, cuda, mps.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def doctor(backend: str, accelerator: str, as_json: bool) -> int:
    """Check this machine and say what to do; exit status 1 if something cannot play."""
    return _judge(backend, accelerator, as_json) if backend else _examine(as_json)


def _examine(as_json: bool) -> int:
    from liveriff.cli.checks import run_checks

    findings = run_checks()
    if as_json:
        click.echo(json.dumps({"findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        for finding in findings:
            advice = f"  {finding.advice}" if finding.advice else ""
            click.echo(f"{MARKS.get(finding.level, FAULT)}  {finding.name:14} {finding.found}{advice}")
    return int(any(finding.level == "fault" for finding in findings))


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
