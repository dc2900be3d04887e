"""One input after another against a target: what became of each, and whether that is allowed.

A processor's time, not the clock's, so that a busy machine finds nothing that is not there. Linux and macOS; where the
system cannot bound memory, it is only measured.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import re
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType

from fuzz.surface import Surface, Target

ROOM_MB = 1024  # of address space beyond what a target has when it is made
GIVE_UP_S = 10.0  # of a processor; then the input is broken off
_SHAPE = re.compile(r"\d+|'[^']*'|\"[^\"]*\"|/\S+")


class Hang(BaseException):
    """An input is broken off. No Exception, so that no decoder takes it for one of its own."""


@dataclass(frozen=True)
class Finding:
    """kind: exception, slow, hang, memory, logged; what: the first line; where: the traceback; alone: it comes with
    this input alone, on a fresh target."""

    kind: str
    what: str
    where: str
    data: bytes
    alone: bool = True


@dataclass
class Tally:
    """What became of all inputs; slowest_s: of a processor."""

    inputs: int = 0
    taken: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    slowest: bytes = b""
    findings: dict[str, Finding] = field(default_factory=dict)


class _Ears(logging.Handler):
    """Hears what a decoder wrote into the log instead of raising it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info and record.exc_info[1]:
            text += "\n" + "".join(traceback.format_exception(record.exc_info[1]))
        self.heard.append(text)


@contextlib.contextmanager
def _listening(ears: _Ears) -> Iterator[None]:
    """What the program logs is heard here and nowhere else."""
    logger = logging.getLogger("liveriff")
    before, logger.propagate = logger.propagate, False
    logger.addHandler(ears)
    try:
        yield
    finally:
        logger.removeHandler(ears)
        logger.propagate = before


class Judge:
    """``look`` at one input; the tally is kept."""

    def __init__(self, surface: Surface) -> None:
        """Opens the target."""
        self.tally = Tally()
        self.shape = ""
        """What became of the last input, without its numbers and names: inputs with a new one are worth keeping."""
        self._surface = surface
        self._ears = _Ears()
        self._since = 0
        self._target: Target = surface.open()

    def look(self, data: bytes) -> Finding | None:
        """Try one input; a finding like an earlier one is counted as that."""
        self._since += 1
        if self._since > self._surface.fresh:
            self._target, self._since = self._surface.open(), 1
        found = self._try(data)
        self.tally.inputs += 1
        if found is None:
            return None
        key = f"{found.kind} {_SHAPE.sub('#', found.what)} {_last_place(found.where)}"
        self._target, self._since = self._surface.open(), 1
        if key in self.tally.findings:
            return None
        again = self._try(data)
        self._target = self._surface.open()
        found = Finding(found.kind, found.what, found.where, data, again is not None and again.kind == found.kind)
        self.tally.findings[key] = found
        return found

    def _try(self, data: bytes) -> Finding | None:
        self._ears.heard.clear()
        peak, began = _peak_mb(), time.process_time()
        with _listening(self._ears), _collected() as collected:
            found = self._outcome(data)
        spent = time.process_time() - began - sum(collected)
        if found is None and self._ears.heard:
            what, _, where = self._ears.heard[0].partition("\n")
            found = Finding("logged", f"{what}: {where.strip().rpartition(chr(10))[2]}", where, data)
        if spent > self.tally.slowest_s:
            self.tally.slowest_s, self.tally.slowest = spent, data
        if found is None and spent > self._surface.slow_s:
            found = Finding("slow", "more of a processor than allowed", f"{spent:.2f} s", data)
        if found is None and _peak_mb() - peak > self._surface.grows_mb:
            found = Finding("memory", "more memory than allowed", f"{_peak_mb() - peak} MB", data)
        return found

    def _outcome(self, data: bytes) -> Finding | None:
        try:
            with _limit(GIVE_UP_S):
                taken = self._target(data)
        except self._surface.refusals as error:
            self.tally.refused += 1
            self.shape = _SHAPE.sub("#", str(error))[:120]
            return None
        except Hang:
            return Finding("hang", f"no end within {GIVE_UP_S:g} s", traceback.format_exc(), data)
        except MemoryError:
            return Finding("memory", "more memory than there is", traceback.format_exc(limit=-12), data)
        except Exception as error:
            what = f"{type(error).__name__}: {str(error)[:200]}".replace("\n", " ")
            return Finding("exception", what, "\n".join((traceback.format_exc(limit=-12), *self._ears.heard)), data)
        self.tally.taken += taken
        self.tally.refused += not taken
        self.shape = f"taken {taken}"
        return None


@contextlib.contextmanager
def _collected() -> Iterator[list[float]]:
    """What the garbage collector takes of a processor, s: it looks through all objects of the process, seconds where
    there are millions, and says nothing of the input that it happens to run in."""
    took: list[float] = []

    def watch(phase: str, _told: dict[str, int]) -> None:
        took.append(-time.process_time() if phase == "start" else time.process_time())

    gc.callbacks.append(watch)
    try:
        yield took
    finally:
        gc.callbacks.remove(watch)


def _last_place(where: str) -> str:
    """File and line of the innermost frame in the program itself."""
    lines = [line.strip() for line in where.splitlines() if line.strip().startswith('File "')]
    own = [line for line in lines if "/liveriff/" in line or "/fuzz/" in line]
    return (own or lines or [""])[-1]


@contextlib.contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Break off what takes so much of a processor."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def _peak_mb() -> int:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> (20 if sys.platform == "darwin" else 10)


def bound_memory(room_mb: int = ROOM_MB) -> None:
    """From now on this process has so much address space more, and no further."""
    import resource

    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + (room_mb << 20), resource.getrlimit(resource.RLIMIT_AS)[1]))
