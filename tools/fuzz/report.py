"""What was tried, as a file of counts that grows with every run, and as a table for the documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fuzz.surfaces import SURFACES

COUNTS = Path(__file__).with_name("counts.json")
BEGIN, END = "<!-- counts -->", "<!-- end of counts -->"
Told = dict[str, Any]


def read(path: Path) -> Told:
    """The counts of a file; none where there is no such file."""
    told: Told = json.loads(path.read_text()) if path.exists() else {"inputs": 0, "findings": []}
    return told


def line(name: str, told: Told) -> str:
    """One surface for a terminal."""
    rate = told["inputs"] / max(told["seconds"], 0.001)
    text = f"{name}: {told['inputs']} inputs, {rate:.0f} a second, {told.get('taken', 0)} taken, "
    text += f"slowest {told.get('slowest_ms', 0)} ms, {len(told['findings'])} findings"
    return "\n  ".join([text, *told["findings"]])


def add(path: Path, name: str, told: Told, engine: str, seed: int) -> None:
    """Add one run to the counts of a file. A seed that was tried before counts instead of that run, not twice."""
    counts: dict[str, dict[str, Told]] = json.loads(path.read_text()) if path.exists() else {}
    run = {key: told.get(key, 0) for key in ("inputs", "taken", "refused", "slowest_ms", "seconds")}
    counts.setdefault(name, {})[f"{engine} {seed}"] = run | {"findings": len(told["findings"])}
    path.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n")


def table(path: Path) -> str:
    """The counts as a table in Markdown."""
    counts: dict[str, dict[str, Told]] = json.loads(path.read_text())
    rows = ["| surface | what is decoded, and how far | inputs | taken |", "|---|---|---:|---:|"]
    for name, surface in SURFACES.items():
        runs = counts.get(name, {}).values()
        tried, taken = (sum(run[key] for run in runs) for key in ("inputs", "taken"))
        if tried:
            share = f"{100 * taken / tried:.0f} %"
            rows.append(f"| {name} | {surface.about} | {tried:,} | {share} |")
    return "\n".join(rows)


def write_page(page: Path, counts: Path) -> None:
    """Put the table between its marks in a page."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{table(counts)}\n{END}{after}", encoding="utf-8")
