"""The renderer process of a compatible server: wishes in by pipe, clips out by the same. One thread."""

from __future__ import annotations

import os
import time
from collections import deque
from multiprocessing.connection import Connection

from liveriff.errors import LiveriffError, UsageError
from liveriff.render.backend import Cancelled
from liveriff.render.compat.makers import Maker, maker
from liveriff.render.shelf import first_line
from liveriff.render.worker import PipeGone, limit_threads, step_back
from liveriff.wire.clips import Made, Make, NotLoaded, Unmade
from liveriff.wire.messages import Cancel, Dropped, Progress, Quit, Ready


def main(pipe: Connection, model: str, device: str, category: str) -> None:
    """Serve one pipe until Quit, or until its other end is gone."""
    step_back()
    limit_threads()
    started = time.monotonic()
    try:
        cook = maker(model, device, category)
    except Exception as error:
        _send(pipe, NotLoaded(_sentence(error, model)))
        return
    try:
        _send(pipe, Ready(model, device, os.getpid(), time.monotonic() - started))
        Cook(pipe, cook, model).run()
    except PipeGone:
        pass  # so is the reason to be here
    finally:
        cook.close()


class Cook:
    """Works on one wish after the other, and answers each once: Made, Unmade or Dropped."""

    def __init__(self, pipe: Connection, made_by: Maker, model: str) -> None:
        """Nothing is read yet."""
        self._pipe, self._maker, self._model = pipe, made_by, model
        self._waiting: deque[Make] = deque()
        self._current = 0
        self._cancelled = self._quitting = False

    def run(self) -> None:
        """Until Quit; PipeGone when the pipe breaks."""
        while not self._quitting:
            self._listen(wait=not self._waiting)
            if self._waiting and not self._quitting:
                self._serve(self._waiting.popleft())

    def _listen(self, wait: bool) -> None:
        try:
            while wait or self._pipe.poll():
                self._take(self._pipe.recv())
                wait = False
        except (EOFError, OSError) as error:
            raise PipeGone from error

    def _take(self, message: object) -> None:
        if isinstance(message, Make):
            self._waiting.append(message)
        elif isinstance(message, Quit):
            self._quitting = True
        elif isinstance(message, Cancel):
            self._cancel(message.request)

    def _cancel(self, request: int) -> None:
        if request == self._current:
            self._cancelled = True
        for waiting in [each for each in self._waiting if each.request == request]:
            self._waiting.remove(waiting)
            _send(self._pipe, Dropped(request))

    def _tick(self, step: int, of: int) -> bool:
        _send(self._pipe, Progress(self._current, step, of))
        self._listen(wait=False)
        return not (self._cancelled or self._quitting)

    def _serve(self, make: Make) -> None:
        self._current, self._cancelled = make.request, False
        answer = self._answer(make)
        self._current = 0
        _send(self._pipe, answer)

    def _answer(self, make: Make) -> Made | Unmade | Dropped:
        try:
            return Made(make.request, self._maker.make(make.wish, self._tick))
        except Cancelled:
            return Dropped(make.request)
        except PipeGone:
            raise
        except Exception as error:
            return Unmade(make.request, _sentence(error, self._model), isinstance(error, UsageError))


def _sentence(error: Exception, model: str) -> str:
    if isinstance(error, LiveriffError):
        return str(error)
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
        return f"the model {model!r} ran out of memory; use a smaller one."
    return f"the model {model!r} failed: {first_line(error)}."


def _send(pipe: Connection, message: object) -> None:
    try:
        pipe.send(message)
    except (OSError, ValueError) as error:
        raise PipeGone from error
