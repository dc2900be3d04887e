"""The wishes of a batch: what a line may say, read into jobs. Also Riffusion's own form of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from pathlib import Path
from typing import Any

from liveriff.cli.render import info_of, loop_job, shot_job
from liveriff.errors import LiveriffError, UsageError
from liveriff.render.backend import BackendInfo
from liveriff.wire.job import Job

USUAL: dict[str, Any] = {
    "prompt": "",
    "prompt_b": "",
    "negative": "",
    "alpha": 0.0,
    "category": "mix",
    "kind": "loop",
    "bpm": 120.0,
    "key": "",
    "bars": 2,
    "length": 2.0,
    "seed": 1,
    "model": "embedded",
    "steps": 0,
    "guidance": 0.0,
    "density": -1.0,
    "brightness": -1.0,
    "init": "",
    "strength": 1.0,
    "rate": 44100,
    "name": "",
}
"""What a line may say, and what it means where it does not; as the options of `render` and `oneshot`. Steps and
guidance of 0 are the model's own."""

_BOUNDS = {
    "alpha": (0, 1), "bpm": (40, 240), "bars": (1, 4), "length": (0.05, 8), "seed": (0, 2**31 - 1), "steps": (1, 150),
    "guidance": (1, 30), "density": (0, 1), "brightness": (0, 1), "strength": (0, 1), "rate": (8000, 192000),
}  # fmt: skip
_SCHEDULERS = {
    "DPMSolverMultistepScheduler": "dpm++",
    "PNDMScheduler": "pndm",
    "DDIMScheduler": "ddim",
    "LMSDiscreteScheduler": "lms",
    "EulerDiscreteScheduler": "euler",
    "EulerAncestralDiscreteScheduler": "euler-ancestral",
}
_COLUMNS_A_SECOND = 100
_NATIVE_BPM = 93.75
_WIDTHS = (128, 2048)
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Line:
    """One thing to render: its line or entry, what was asked, the job, a file's name without suffix."""

    number: int
    asked: dict[str, Any]
    job: Job
    name: str


def lines_of(path: str, seeds: int) -> list[Line]:
    """All that is wished for, each ``seeds`` times; UsageError for the first line that cannot be."""
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as a file of wishes.") from error
    lines: list[Line] = []
    for number, asked in _objects(path, text):
        try:
            lines += _seeded(number, asked, seeds, {line.name.casefold() for line in lines})
        except LiveriffError as error:
            raise UsageError(f"{path}, line {number}: {error}") from error
    if not lines:
        raise UsageError(f"there is nothing to render in {path}.")
    return lines


def _objects(path: str, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Numbered wishes: of Riffusion's one object, or a line each; empty lines do not count."""
    whole = _parsed(text)
    if isinstance(whole, dict) and "entries" in whole:
        yield from enumerate(riffusions(path, whole), 1)
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            one = _parsed(line)
            if not isinstance(one, dict):
                raise UsageError(f'{path}, line {number}: a line is one JSON object such as {{"prompt": "techno"}}.')
            yield number, one


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _seeded(number: int, asked: dict[str, Any], seeds: int, taken: set[str]) -> Iterator[Line]:
    given = _checked(asked)
    for seed in range(given["seed"], given["seed"] + seeds):
        job = _job({**given, "seed": seed})
        name = _unused(f"{given['name'] or _slug(given['prompt']) or job.category}-{seed}", taken)
        taken.add(name.casefold())
        yield Line(number, {**asked, "seed": seed}, job, name)


def _job(given: dict[str, Any]) -> Job:
    info = _known(given["model"])
    if given["kind"] == "shot":
        return shot_job(info, **given)
    return loop_job(info, **given)


@lru_cache(maxsize=64)
def _known(model: str) -> BackendInfo:
    return info_of(model)


def _checked(asked: dict[str, Any]) -> dict[str, Any]:
    """All that a line may say; UsageError for what it must not."""
    from liveriff.params.words import did_you_mean

    for key, value in asked.items():
        if key not in USUAL:
            raise UsageError(f"there is no {key!r}.{did_you_mean(key, USUAL)}")
        if not _fits(value, USUAL[key]):
            raise UsageError(f"{key} is {_kind(USUAL[key])}, not {value!r}.")
        low, high = _BOUNDS.get(key, (None, None))
        if low is not None and high is not None and not low <= value <= high:
            raise UsageError(f"{key} is {low:g} to {high:g}, not {value!r}.")
    given = {**USUAL, **asked}
    if given["kind"] not in ("loop", "shot"):
        raise UsageError(f"kind is loop or shot, not {given['kind']!r}.")
    if Path(given["name"]).name != given["name"] or given["name"].startswith("."):
        raise UsageError(f"name is the beginning of a file's name, not {given['name']!r}.")
    unsaid = {name: None for name in ("density", "brightness") if given[name] < 0}
    return {**given, **unsaid}


def _fits(value: object, usual: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, (int, float) if isinstance(usual, float) else type(usual))


def _kind(usual: object) -> str:
    return {str: "a text", int: "a whole number"}.get(type(usual), "a number")


def _slug(prompt: str) -> str:
    """A prompt as part of a file's name: letters, digits and dashes."""
    words = "".join(each if each.isalnum() else " " for each in prompt.lower()).split()
    return "-".join(words)[:_LONGEST_NAME].rstrip("-")


def _unused(name: str, taken: set[str]) -> str:
    """The name, with a number behind it if another line has it."""
    number, unused = 1, name
    while unused.casefold() in taken:  # to some file systems Kick and kick are one file
        number += 1
        unused = f"{name}-{number}"
    return unused


def riffusions(path: str, whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Wishes of Riffusion's batch page: every entry with every set of parameters."""
    params = whole.get("params", {})
    sets = params if isinstance(params, list) else [params]
    entries = whole["entries"]
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in (*sets, *entries)):
        raise UsageError(f"{path}: params is an object or a list of them, entries is a list of objects.")
    for entry in entries:
        for number, each in enumerate(sets):
            yield _wish(entry, each, f"{each.get('name', number)}" if len(sets) > 1 else "")


def _wish(entry: dict[str, Any], params: dict[str, Any], mark: str) -> dict[str, Any]:
    checkpoint = str(params.get("checkpoint", "riffusion/riffusion-model-v1"))
    scheduler = str(params.get("scheduler", "DPMSolverMultistepScheduler"))
    beats, bpm = _beats(params.get("width", 512))
    prompt = entry.get("prompt", "")
    grid = "" if bpm == _NATIVE_BPM else "&grid=natural"
    return {
        "model": f"riffusion:{checkpoint}?scheduler={_SCHEDULERS.get(scheduler, scheduler)}{grid}",
        "prompt": prompt,
        "negative": entry.get("negative_prompt") or "",
        "seed": entry.get("seed", 42),
        "steps": params.get("num_inference_steps", 50),
        "guidance": params.get("guidance", 7.0),
        "bars": beats // 4,
        "bpm": bpm,
        "name": _slug(f"{mark} {prompt}") if mark else "",
    }


def _beats(width: object) -> tuple[int, float]:
    """Beats of a loop that is so many columns of 10 ms wide, and the tempo that makes it so: the nearest to 93.75 BPM
    (512 columns are eight beats), since a loop has 4, 8 or 16 beats and an octave of tempo is enough for any width."""
    if isinstance(width, bool) or not isinstance(width, int) or not _WIDTHS[0] <= width <= _WIDTHS[1]:
        raise UsageError(f"width is a whole number of columns, {_WIDTHS[0]} to {_WIDTHS[1]}, not {width!r}.")
    tempos = {beats: 60.0 * beats * _COLUMNS_A_SECOND / width for beats in (4, 8, 16)}
    return min(tempos.items(), key=lambda each: abs(log2(each[1] / _NATIVE_BPM)))
