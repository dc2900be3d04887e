"""`liveriff play` on a terminal: the engine in the background, the screen in front of it."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from liveriff.cli.background import Background
from liveriff.cli.plain import plain
from liveriff.errors import LiveriffError, UsageError

if TYPE_CHECKING:
    from liveriff.engine.sessions import Session

COME_BACK = "The music goes on. `liveriff attach` comes back, `liveriff attach --end` ends it."
FADE_S = 30.0
DUMB = ("dumb", "unknown")


def has_screen() -> bool:
    """Whether there is a terminal, or a server's browser, that a screen can be shown on."""
    if "TEXTUAL_DRIVER" in os.environ:
        return True
    # Textual draws on stderr: a screen whose errors go to a file is a screen in a file.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and os.environ.get("TERM", "") not in DUMB


def perform(arguments: Sequence[str]) -> int:
    """Play with a screen; returns the exit status. arguments: what `liveriff play` was given."""
    engine = Background(arguments)
    from liveriff.cli.sources import OwnEngine
    from liveriff.ui import run  # a third of a second, in which the engine looks at what was asked for

    if not engine.checked():
        return told(engine)
    source = OwnEngine(engine)
    outcome = run.show(source)
    if source.heir is not None:
        return leave(outcome, source.heir.session)
    if outcome in (run.OVER, run.ENDED):
        if outcome == run.ENDED:
            fade_out(engine)
        return told(engine)
    return leave(outcome, None)


def leave(outcome: str, session: Session | None) -> int:
    """The screen is gone: end what it showed, or say how to come back. Returns the exit status."""
    from liveriff.ui import run

    if outcome == run.ENDED and session is not None:
        return end_session(session)
    if outcome == run.ENDED:
        say("Only the machine that plays can end the music; it goes on.")
    elif outcome == run.OVER:
        say("The performance has ended.")
    else:
        say(("The screen has failed, and nothing but the screen. " if outcome == run.FAILED else "") + COME_BACK)
    return 1 if outcome == run.FAILED else 0


def fade_out(engine: Background) -> None:
    """End the engine that we have started."""
    from liveriff.engine.sessions import Session, end

    say("Fading out.")
    with contextlib.suppress(LiveriffError):  # it may be over already
        end(Session(engine.pid, engine.door, engine.token, "", time.time()))


def end_session(session: Session) -> int:
    """End a performance with a fade, and wait until it is over."""
    from liveriff.engine.sessions import end

    say("Fading out.")
    end(session)
    until = time.monotonic() + FADE_S
    while runs(session):
        if time.monotonic() > until:
            raise UsageError(f"the performance {session.pid} does not end; its process can be killed.")
        time.sleep(0.05)
    return 0


def runs(session: Session) -> bool:
    """Whether its process is still there."""
    import psutil

    try:
        return bool(psutil.Process(session.pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def told(engine: Background) -> int:
    """What an engine that leaves has to say, and its exit status."""
    status = engine.wait(FADE_S)
    if status is None:
        raise UsageError(f"the engine ({engine.pid}) does not end; its process can be killed.")
    for line in engine.said() if status else ():
        click.echo(line, err=True)
    if engine.over:
        say(engine.over)
    return 1 if status < 0 else status


def say(sentence: str) -> None:
    """To the performer, if anybody is there."""
    with contextlib.suppress(OSError):
        click.echo(f"liveriff: {plain(sentence)}", err=True)
