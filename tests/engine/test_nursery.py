"""Players that are forked from a warm process; without one, they start by themselves."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle

import pytest

from liveriff.engine.nursery import Born, Nursery
from liveriff.player.options import PlayerOptions
from liveriff.wire.messages import Found, Opened, Quit, SinkLost

pytestmark = pytest.mark.skipif(not Nursery.can_be(), reason="this system does not fork players")
NULL = PlayerOptions(sink="null", rate=8000)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    nursery.warm()
    yield nursery
    nursery.close()


def born(nursery: Nursery, options: PlayerOptions) -> tuple[Born, Connection]:
    """A player of it, once it is ready."""
    until = time.monotonic() + 60.0
    while time.monotonic() < until:
        ours, theirs = Pipe()
        child = nursery.bear(options, theirs)
        theirs.close()
        if child is not None:
            return child, ours
        ours.close()
        nursery.warm()  # a machine that was too busy has ended it
        time.sleep(0.05)
    raise AssertionError("the nursery does not become ready")


def heard(pipe: Connection) -> object:
    assert pipe.poll(30.0)
    return pipe.recv()


def over(pipe: Connection) -> bool:
    """Nothing more comes, once all has been read."""
    with contextlib.suppress(EOFError):
        while pipe.poll(30.0):
            pipe.recv()
        return False
    return True


def test_a_player_plays_and_leaves_when_it_is_told(nursery: Nursery) -> None:
    child, pipe = born(nursery, NULL)
    opened = heard(pipe)
    assert isinstance(opened, Opened)
    assert (opened.sink, opened.rate, opened.pid) == ("null", 8000, child.pid)
    assert opened.kernels == "numba"
    assert nursery.ready
    assert child.is_alive()
    pipe.send(Quit())
    child.join(20.0)
    assert not child.is_alive()
    assert over(pipe)


def test_one_that_is_killed_is_gone_at_once_and_the_next_is_there(nursery: Nursery) -> None:
    child, pipe = born(nursery, NULL)
    assert isinstance(heard(pipe), Opened)
    child.kill()
    child.join(20.0)
    assert not child.is_alive()
    child.kill()  # nobody is hit who has its number by now
    assert over(pipe)
    again, pipe = born(nursery, NULL)
    assert isinstance(heard(pipe), Opened)
    again.kill()


def test_the_pipe_closes_with_the_engines_end_and_the_orphan_loops_on(nursery: Nursery) -> None:
    child, pipe = born(nursery, PlayerOptions(sink="null", rate=8000, orphan_s=0.2))
    assert isinstance(heard(pipe), Opened)
    pipe.close()
    child.join(30.0)
    assert not child.is_alive()


def test_it_says_whether_a_sink_can_be_had(nursery: Nursery) -> None:
    _, pipe = born(nursery, PlayerOptions(sink="null", seek=True))
    assert isinstance(heard(pipe), Found)
    child, pipe = born(nursery, PlayerOptions(sink="nonsense", seek=True))
    with pytest.raises(EOFError):
        heard(pipe)
    child.join(20.0)
    assert not child.is_alive()


def test_a_sink_that_cannot_be_is_told_as_ever(nursery: Nursery) -> None:
    _, pipe = born(nursery, PlayerOptions(sink="nonsense"))
    assert isinstance(heard(pipe), SinkLost)


@pytest.mark.parametrize("wait_s", [0.0, 0.01])
def test_a_player_of_whom_the_engine_never_heard_does_not_live(wait_s: float) -> None:
    """The nursery is killed between the question and its answer: whether there was a child by then or not, nobody holds
    the other end of the pipe afterwards."""
    nursery = Nursery()
    nursery.warm()
    born(nursery, PlayerOptions(sink="null", seek=True))
    assert nursery.pid is not None
    assert nursery._pipe is not None
    ours, theirs = Pipe()
    nursery._pipe.send(NULL)
    send_handle(nursery._pipe, theirs.fileno(), None)
    theirs.close()
    time.sleep(wait_s)
    os.kill(nursery.pid, signal.SIGKILL)
    with contextlib.suppress(EOFError, OSError):
        Born(nursery._pipe.recv()).kill()  # it was told of: the engine would know it
    assert over(ours)
    nursery.close()


def test_a_nursery_that_stands_still_or_is_killed_gives_nothing_and_another_can_be_warmed() -> None:
    nursery = Nursery()
    ours, theirs = Pipe()
    assert nursery.bear(NULL, theirs) is None
    nursery.warm()
    born(nursery, PlayerOptions(sink="null", seek=True))
    assert nursery.pid is not None
    os.kill(nursery.pid, signal.SIGSTOP)
    assert nursery.bear(NULL, theirs) is None
    assert nursery.pid is None
    assert not nursery.ready
    nursery.warm()
    assert nursery.pid is not None
    os.kill(nursery.pid, signal.SIGKILL)
    assert nursery.bear(NULL, theirs) is None
    nursery.close()
    nursery.close()
    nursery.warm()
    assert nursery.pid is None
    ours.close()
    theirs.close()
