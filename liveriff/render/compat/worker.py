"""The renderer process of a compatible server: wishes in by pipe, clips out by the same. One thread."""

from __future__ import annotations

import contextlib
import os
import time
from multiprocessing.connection import Connection

from liveriff.errors import LiveriffError, UsageError
from liveriff.render.backend import Cancelled
from liveriff.render.compat.makers import Maker, maker
from liveriff.render.servant import PipeGone, Servant, limit_threads, step_back
from liveriff.render.shelf import first_line
from liveriff.wire.clips import Made, Make, NotLoaded, Unmade
from liveriff.wire.messages import Dropped, Ready


def main(pipe: Connection, model: str, device: str, category: str) -> None:
    """Serve one pipe until Quit, or until its other end is gone."""
    step_back()
    limit_threads()
    started = time.monotonic()
    try:
        cook = maker(model, device, category)
    except Exception as error:
        with contextlib.suppress(OSError):  # the server has ended already
            pipe.send(NotLoaded(_sentence(error, model)))
        return
    servant = Cook(pipe, cook, model)
    try:
        servant.send(Ready(model, device, os.getpid(), time.monotonic() - started))
        servant.serve()
    except PipeGone:
        pass  # so is the reason to be here
    finally:
        cook.close()


class Cook(Servant[Make]):
    """Makes clips: Made, Unmade or Dropped."""

    asked = Make

    def __init__(self, pipe: Connection, made_by: Maker, model: str) -> None:
        """Nothing is read yet."""
        super().__init__(pipe)
        self._maker, self._model = made_by, model

    def answer(self, request: Make) -> Made | Unmade | Dropped:
        """The clip, or why there is none."""
        try:
            return Made(request.request, self._maker.make(request.wish, self.tick))
        except Cancelled:
            return Dropped(request.request)
        except PipeGone:
            raise
        except Exception as error:
            return Unmade(request.request, _sentence(error, self._model), isinstance(error, UsageError))


def _sentence(error: Exception, model: str) -> str:
    if isinstance(error, LiveriffError):
        return str(error)
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
        return f"the model {model!r} ran out of memory; use a smaller one."
    return f"the model {model!r} failed: {first_line(error)}."
