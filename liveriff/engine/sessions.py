"""Performances that run on this machine, so that a screen finds them: one small file each, for the user's eyes only.

``announce`` when the door is open, ``withdraw`` when it closes, ``find`` and ``end`` from anywhere. A file whose
process is gone is removed by whoever sees it. Standard library and psutil only, because `liveriff attach` starts with
it; any thread.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from liveriff.engine.litter import birth, sweep_drafts
from liveriff.errors import UsageError
from liveriff.wire.folders import private

PREFIX, SUFFIX, MARK = "session-", ".json", ".end"
LARGEST = 10_000  # bytes
BY_MARK = sys.platform == "win32"
"""Whether who is asked to end finds a file: there a signal reaches no further than the console of who sends it, and the
engine behind a screen has none."""


@dataclass(frozen=True)
class Session:
    """pid: of the engine; url: of its door, as this machine reaches it; token: the word that the door wants, or "";
    scene: what it played at the start; started: time.time() of that; born: ``litter.birth`` of the engine, 0 where it
    is not known."""

    pid: int
    url: str
    token: str
    scene: str
    started: float
    born: float = 0.0


def announce(url: str, token: str = "", scene: str = "") -> Session:
    """Write the file of this process, readable by its user alone. OSError where that cannot be."""
    session = Session(os.getpid(), url, token, scene, time.time(), birth(os.getpid()))
    folder = _folders()[0]
    private(folder)
    sweep()
    sweep_drafts(folder)
    aside = folder / f"session.{session.pid}.part"
    with contextlib.suppress(FileNotFoundError):
        aside.unlink()
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(session), file)
    os.replace(aside, folder / _name(session.pid))
    return session


def withdraw(session: Session) -> None:
    """Remove its file, and the mark that it should end. May be called twice."""
    for folder in _folders():
        for suffix in (SUFFIX, MARK):
            with contextlib.suppress(OSError):
                (folder / _name(session.pid, suffix)).unlink()


def withdrawn(session: Session) -> bool:
    """Whether it has ended in order: who is killed leaves a file behind."""
    return not any((folder / _name(session.pid)).exists() for folder in _folders())


def find() -> list[Session]:
    """All that run, the newest first."""
    return sorted((session for _, session in _all() if session), key=lambda session: session.started, reverse=True)


def sweep() -> int:
    """Remove files of processes that are gone, and what cannot be read; returns how many."""
    stale = [path for path, session in _all() if session is None]
    stale += [path for path in _marks() if not _is_meant(path)]
    for path in stale:
        with contextlib.suppress(OSError):
            path.unlink()
    return len(stale)


def end(session: Session) -> None:
    """Ask the performance to fade out and end, as Ctrl-C does. UsageError where it is gone, or not ours to end."""
    if not _runs(session):
        raise UsageError(f"the performance {session.pid} is over already.")
    try:
        _ask(session)
    except ProcessLookupError:
        raise UsageError(f"the performance {session.pid} is over already.") from None
    except OSError as error:
        raise UsageError(f"the performance {session.pid} cannot be ended: {error.strerror or error}.") from error


def _ask(session: Session) -> None:
    if BY_MARK:
        _mark(session)
    else:
        os.kill(session.pid, signal.SIGTERM)


def ended() -> bool:
    """Whether somebody has asked this process to end, by a mark; told once."""
    marks = [mark for folder in _folders() if (mark := folder / _name(os.getpid(), MARK)).exists()]
    meant = [mark for mark in marks if _is_meant(mark)]
    for mark in marks:
        with contextlib.suppress(OSError):
            mark.unlink()
    return bool(meant)


def _mark(session: Session) -> None:
    """Leave a mark beside its file; where it has none, or none yet, where it would be."""
    there = [folder for folder in _folders() if (folder / _name(session.pid)).exists()]
    folder = (there or _folders())[0]
    private(folder)
    mark = folder / _name(session.pid, MARK)
    mark.touch(0o600)
    mark.write_text(str(session.born))


def _marks() -> list[Path]:
    """All marks."""
    return [path for folder in _folders() if folder.is_dir() for path in folder.glob(f"{PREFIX}*{MARK}")]


def _is_meant(mark: Path) -> bool:
    """Whether the process that it was made for runs: the number may have been another's before."""
    pid = mark.name.removeprefix(PREFIX).removesuffix(MARK)
    try:
        return pid.isdecimal() and _runs(Session(int(pid), "", "", "", 0.0, float(mark.read_text()[:LARGEST])))
    except (OSError, ValueError, OverflowError):
        return False


def _folders() -> tuple[Path, ...]:
    """Where sessions may lie, the one to write to first."""
    home = Path.home()
    if own := os.environ.get("LIVERIFF_HOME"):
        return (Path(own).expanduser() / "sessions",)
    if sys.platform == "win32":
        return (Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "liveriff" / "sessions",)
    if sys.platform == "darwin":
        return (home / "Library" / "Application Support" / "liveriff" / "sessions",)
    state = Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "liveriff"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    # Over ssh, or as a service, there may be a folder for it that is not there: look in both.
    return (Path(runtime) / "liveriff", state) if runtime and os.access(runtime, os.W_OK) else (state,)


def _name(pid: int, suffix: str = SUFFIX) -> str:
    return f"{PREFIX}{pid}{suffix}"


def _all() -> Iterator[tuple[Path, Session | None]]:
    """Every file with its session; None where the file is damaged or its process is gone."""
    for folder in _folders():
        with contextlib.suppress(OSError):
            for path in list(folder.glob(f"{PREFIX}*{SUFFIX}")):
                session = _read(path)
                yield path, session if session and _runs(session) else None


def _read(path: Path) -> Session | None:
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(LARGEST))
        session = Session(
            int(data["pid"]), str(data["url"]), str(data["token"]), str(data["scene"]), float(data["started"]),
            float(data["born"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return session if session.pid > 0 and path.name == _name(session.pid) else None


def _runs(session: Session) -> bool:
    """Whether its process is there, and not another that was given the same number since."""
    import psutil

    try:
        process = psutil.Process(session.pid)
        if process.status() == psutil.STATUS_ZOMBIE:  # killed, and its parent has not looked yet
            return False
        return not session.born or birth(session.pid) == session.born
    except psutil.AccessDenied:
        return True
    except psutil.Error:
        return False
