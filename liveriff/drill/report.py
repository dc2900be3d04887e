"""The drill's report on disk: report.json, and index.html beside it; and read again."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from liveriff import __version__
from liveriff.drill.outcome import Killed, Outcome, Report
from liveriff.drill.page import page
from liveriff.drill.run import Setting
from liveriff.errors import UsageError

DATA, PAGE = "report.json", "index.html"


def begun(setting: Setting) -> Report:
    """An empty one."""
    machine = {
        "liveriff": __version__, "python": platform.python_version(), "system": platform.platform(),
        "cores": os.cpu_count() or 1,
    }  # fmt: skip
    return Report(dict(machine), setting.model, setting.scene, setting.seed)


def write(report: Report, folder: Path) -> None:
    """Both files, whole or not at all. UsageError where the folder cannot be written."""
    texts = {DATA: json.dumps(asdict(report), indent=1) + "\n", PAGE: page(report)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            draft = folder / f"{name}.{os.getpid()}.part"
            draft.write_text(text, encoding="utf-8")
            os.replace(draft, folder / name)
    except OSError as error:
        raise UsageError(f"the report cannot be written to {folder}: {error.strerror or error}.") from error


def read(file: Path) -> Report:
    """A report that was written before; UsageError for anything else."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        faults = [_made(Outcome, each) for each in data.pop("faults")]
        kills = [_made(Killed, each) for each in data.pop("kills")]
        return Report(**data, faults=faults, kills=kills)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"{file} is no report of the drill: {error}.") from error


def _made(kind: type[Any], data: dict[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    if set(data) - known:
        raise ValueError(f"it has {', '.join(sorted(set(data) - known))}, which nobody knows")
    for name in {"gaps", "told"} & set(data):
        data[name] = [tuple(row) for row in data[name]]
    if "marks_s" in data:
        data["marks_s"] = tuple(data["marks_s"])
    return kind(**data)
