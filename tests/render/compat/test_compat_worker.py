"""The clip renderer answers every wish once, and hears its pipe between steps."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

import pytest

from liveriff.errors import ModelError, UsageError
from liveriff.render.backend import Tick, go_on
from liveriff.render.compat import worker
from liveriff.render.compat.worker import Cook, main
from liveriff.render.servant import PipeGone
from liveriff.wire.clips import Clip, ClipEnd, Made, Make, NotLoaded, Unmade, Wish
from liveriff.wire.messages import Cancel, Dropped, Progress, Quit

CLIP = Clip(b"image", b"mp3", b"wav", 1.0)
WISH = Wish(ClipEnd("a", 1), ClipEnd("b", 1), 0.5)


class Stub:
    """Does what its prompt says."""

    def make(self, wish: Wish, tick: Tick) -> Clip:
        errors: dict[str, Exception] = {
            "mistaken": UsageError("no such thing."),
            "broken": ModelError("no weights."),
            "memory": MemoryError(),
            "odd": ValueError("tensor\nmore"),
        }
        if wish.start.prompt in errors:
            raise errors[wish.start.prompt]
        step = 0
        while wish.start.prompt == "endless":
            step += 1
            go_on(tick, step, step)
        return CLIP

    def close(self) -> None:
        """Nothing to close."""


def cooked(test: Callable[[Connection], None]) -> str:
    """How the cook left after a test with its pipe."""
    ours, theirs = multiprocessing.Pipe()
    left: list[str] = []

    def run() -> None:
        try:
            Cook(theirs, Stub(), "stub").serve()
            left.append("quit")
        except PipeGone:
            left.append("gone")

    thread = threading.Thread(target=run, name="cook")
    thread.start()
    try:
        test(ours)
    finally:
        ours.close()
        thread.join(10)
    return left[0]


def ask(pipe: Connection, number: int, prompt: str) -> object:
    pipe.send(Make(number, Wish(ClipEnd(prompt, 1), ClipEnd("b", 1), 0.5)))
    return answer(pipe)


def answer(pipe: Connection) -> object:
    while True:
        assert pipe.poll(10), "no answer"
        message = pipe.recv()
        if not isinstance(message, Progress):
            return message


def test_every_wish_is_answered_once() -> None:
    def test(pipe: Connection) -> None:
        assert ask(pipe, 1, "fine") == Made(1, CLIP)
        assert ask(pipe, 2, "mistaken") == Unmade(2, "no such thing.", True)
        assert ask(pipe, 3, "broken") == Unmade(3, "no weights.", False)
        assert ask(pipe, 4, "memory") == Unmade(4, "the model 'stub' ran out of memory; use a smaller one.", False)
        assert ask(pipe, 5, "odd") == Unmade(5, "the model 'stub' failed: ValueError: tensor.", False)
        assert ask(pipe, 6, "fine") == Made(6, CLIP)

    assert cooked(test) == "gone"


def test_cancel_reaches_what_is_made_and_what_waits() -> None:
    def test(pipe: Connection) -> None:
        pipe.send(Make(1, Wish(ClipEnd("endless", 1), ClipEnd("b", 1), 0.5)))
        assert pipe.poll(10)
        assert isinstance(pipe.recv(), Progress)
        pipe.send(Make(2, WISH))
        pipe.send(Cancel(2))
        assert answer(pipe) == Dropped(2)
        pipe.send(Cancel(1))
        assert answer(pipe) == Dropped(1)
        assert ask(pipe, 3, "fine") == Made(3, CLIP)

    cooked(test)


def test_quit_ends_even_an_endless_clip() -> None:
    def test(pipe: Connection) -> None:
        pipe.send(Make(1, Wish(ClipEnd("endless", 1), ClipEnd("b", 1), 0.5)))
        assert pipe.poll(10)
        pipe.send(Quit())
        assert answer(pipe) == Dropped(1)

    assert cooked(test) == "quit"


def test_a_model_that_does_not_load_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "step_back", lambda: None)  # this process stays what it is
    ours, theirs = multiprocessing.Pipe()
    thread = threading.Thread(target=main, args=(theirs, "no-such-model", "cpu", "mix"))
    thread.start()
    told = answer(ours)
    thread.join(10)
    assert isinstance(told, NotLoaded)
    assert "no-such-model" in told.reason
