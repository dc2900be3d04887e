"""What a person sees of long work: bars on a terminal, a line now and then in a file. Called by the commands."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from liveriff.render.environment import VARIABLES
from liveriff.train.run import Run, on_terminal

if TYPE_CHECKING:
    from liveriff.train.material.render import Progress

EVERY_S = 15.0
"""Seconds between lines where there is no terminal."""


def settled() -> None:
    """Begin anew with the environment that large tensors need, which the allocator reads only when Python starts."""
    if any(name not in os.environ for name in VARIABLES) and sys.platform == "linux":
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**VARIABLES, **os.environ})


def bar(label: str, length: int) -> Any:
    """A progress bar, on a terminal only."""
    return click.progressbar(length=length, label=label, hidden=not on_terminal(), file=sys.stderr)


@contextmanager
def training(label: str) -> Iterator[Callable[[Run], None]]:
    """What a training reports its steps to."""
    seldom = Seldom()
    with bar(label, 1000) as shown:

        def report(run: Run) -> None:
            shown.update(max(0, int(run.done * 1000) - shown.pos))
            if not on_terminal() and seldom.due():
                click.echo(f"{label}: step {run.step}, {run.spent:.0f} s, {run.done:.0%}", err=True)

        yield report


def material() -> Callable[[Progress], None]:
    """What the rendering of material reports its shards to."""
    seldom = Seldom(5.0)

    def report(now: Progress) -> None:
        if seldom.due() or now.made == now.wanted:
            pace = now.items / max(1e-9, now.seconds)
            failed = f", {now.failed} seeds failed" if now.failed else ""
            line = f"material: {now.made} of {now.wanted} shards, {now.items} items, {pace:.1f} a second{failed}"
            click.echo(line, err=True)

    return report


class Seldom:
    """Says yes at most every few seconds."""

    def __init__(self, seconds: float = EVERY_S) -> None:
        """The first yes comes after ``seconds``."""
        self.seconds, self._last = seconds, time.monotonic()

    def due(self) -> bool:
        """Whether it is time again."""
        now = time.monotonic()
        if now - self._last < self.seconds:
            return False
        self._last = now
        return True
