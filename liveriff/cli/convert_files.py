"""What the commands that convert files share: which files, where they go, several at once, what is told."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from liveriff.cli.plain import plain
from liveriff.errors import DeviceError, LiveriffError, UsageError

MOST_WORKERS = 32
Summary = dict[str, Any]
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True)
class Work:
    """One file to convert: from where to where."""

    source: Path
    target: Path


@dataclass
class Outcome:
    """What has become of the files."""

    files: list[Summary] = field(default_factory=list)
    failed: list[Summary] = field(default_factory=list)
    seconds: float = 0.0


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that all commands over many files have."""
    options: tuple[Decorator, ...] = (
        click.option("--glob", "pattern", metavar="PATTERN", help="Files of a folder, such as '**/*'.  [default: *]"),
        click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many files."),
        click.option(
            "--workers", type=click.IntRange(1, MOST_WORKERS), metavar="N", help="Files at once.  [default: cores]"
        ),
        click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else."),
    )
    for option in reversed(options):
        command = option(command)
    return command


# --- which files, and where they go ----------------------------------------------------------------------------------


def sources_in(
    given: Sequence[str], accepts: Callable[[Path], bool], pattern: str | None, limit: int | None
) -> list[Path]:
    """Files in the order given; of a folder those that match and that ``accepts``, by name. UsageError if none."""
    found: list[Path] = []
    for each in map(Path, given):
        if not each.exists():
            raise UsageError(f"there is no file or folder {each}.")
        found += _inside(each, accepts, "*" if pattern is None else pattern) if each.is_dir() else [each]
    return list(dict.fromkeys(found))[:limit]


def _inside(folder: Path, accepts: Callable[[Path], bool], pattern: str) -> list[Path]:
    try:
        files = sorted(path for path in folder.glob(pattern) if path.is_file() and not path.name.startswith("."))
    except (ValueError, NotImplementedError) as error:
        raise UsageError(f"--glob {pattern!r} is no pattern of names; try '*.wav' or '**/*'.") from error
    fitting = [path for path in files if accepts(path)]
    if not fitting:
        raise UsageError(f"there is nothing to convert in the folder {folder}.")
    return fitting


def works_for(
    sources: Sequence[Path], given: Sequence[str], out: str, suffixes: Collection[str], wanted: str
) -> list[Work]:
    """Where each source goes: the file ``out`` for one, names after the sources in the folder ``out`` otherwise.

    suffixes: those a file may have; wanted: that of names in a folder. Two sources of one name get -2, -3 and so on.
    UsageError if ``out`` cannot be, or a source would be overwritten.
    """
    place = Path(out)
    single = len(sources) == 1 and not Path(given[0]).is_dir()
    if single and place.suffix and not place.is_dir():
        _check_file(place, suffixes)
        works = [Work(sources[0], place)]
    else:
        _check_folder(place, suffixes)
        works = _named_after(sources, place, wanted)
    _check_sources_stay(works)
    return works


def _check_file(place: Path, suffixes: Collection[str]) -> None:
    from liveriff.cli.render import writable

    if place.suffix.lower().removeprefix(".") not in suffixes:
        raise UsageError(f"--out {place}: {place.suffix} is none of {', '.join(suffixes)}.")
    writable(str(place))


def _check_folder(place: Path, suffixes: Collection[str]) -> None:
    if place.is_file() or (place.suffix.lower().removeprefix(".") in suffixes and not place.is_dir()):
        raise UsageError(f"several files need a folder for --out, not the file {place}.")
    if not place.resolve().parent.is_dir():
        raise UsageError(f"cannot write into {place}: the folder {place.resolve().parent} does not exist.")


def _named_after(sources: Sequence[Path], folder: Path, suffix: str) -> list[Work]:
    taken: set[str] = set()
    works = []
    for source in sources:
        stem, count = source.stem, 1
        while stem.lower() in taken:
            count += 1
            stem = f"{source.stem}-{count}"
        taken.add(stem.lower())
        works.append(Work(source, folder / f"{stem}.{suffix}"))
    return works


def _check_sources_stay(works: Sequence[Work]) -> None:
    sources = {work.source.resolve() for work in works}
    for work in works:
        if work.target.resolve() in sources:
            raise UsageError(f"{work.target} would overwrite a source; choose another place for --out.")


def made(folder: Path) -> Path:
    """The folder, made if it is not there; only now, so that what fails before leaves nothing behind."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder} ({error.strerror}); choose another place.") from error
    return folder


# --- several at once -------------------------------------------------------------------------------------------------


def cores(workers: int | None, works: Sequence[Any]) -> int:
    """How many files are worked on at once."""
    return max(1, min(workers or os.cpu_count() or 1, len(works)))


def convert_all(works: Sequence[Work], one: Callable[[Work], Summary], workers: int) -> Outcome:
    """``one`` for every work on ``workers`` threads. A single work's error is raised; of several, each is kept."""
    outcome, started = Outcome(), time.monotonic()
    if len(works) == 1:
        outcome.files.append(one(works[0]))
    else:
        _convert_many(works, one, workers, outcome)
    outcome.seconds = time.monotonic() - started
    return outcome


def _convert_many(works: Sequence[Work], one: Callable[[Work], Summary], workers: int, outcome: Outcome) -> None:
    pool = ThreadPoolExecutor(workers, thread_name_prefix="liveriff-convert")
    summaries: dict[int, Summary] = {}
    try:
        running = {pool.submit(one, work): index for index, work in enumerate(works)}
        with _bar(len(works)) as bar:
            for future in as_completed(running):
                try:
                    summaries[running[future]] = future.result()
                except DeviceError:
                    raise  # a full disk stays full
                except LiveriffError as error:
                    source = works[running[future]].source
                    outcome.failed.append({"from": str(source), "reason": str(error)})
                if bar is not None:
                    bar.update(1)
    finally:
        pool.shutdown(cancel_futures=True)
    outcome.files = [summaries[index] for index in sorted(summaries)]
    outcome.failed.sort(key=lambda failure: str(failure["from"]))


def _bar(count: int) -> AbstractContextManager[Any]:
    """A progress bar of files on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        return nullcontext()
    bar: AbstractContextManager[Any] = click.progressbar(length=count, label="files", file=sys.stderr)
    return bar


def tell(outcome: Outcome, as_json: bool, line: Callable[[Summary], str], notes: Sequence[str] = ()) -> None:
    """Files on stdout, notes and what failed on stderr; UsageError if anything failed."""
    if as_json:
        told = {"files": outcome.files, "failed": outcome.failed, "seconds": round(outcome.seconds, 3)}
        click.echo(json.dumps(told, indent=2))
    else:
        for each in outcome.files:
            click.echo(line(each))
        for text in (*notes, *(str(failure["reason"]) for failure in outcome.failed)):
            click.echo(f"liveriff: {plain(text)}", err=True)
    if outcome.failed:
        total = len(outcome.files) + len(outcome.failed)
        raise UsageError(f"{len(outcome.failed)} of {total} files could not be converted.")
