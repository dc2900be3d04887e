"""Imported where renderers are forked from: Python's own program there leaves with a traceback where a file or a fork
cannot be had, or who asked is gone. The engine tells its performer in one sentence, and begins another."""

from __future__ import annotations

import sys
from types import TracebackType


def hush(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """In place of ``sys.excepthook``: what the system has refused is told elsewhere."""
    if not issubclass(kind, (OSError, EOFError)):
        sys.__excepthook__(kind, error, trace)


if any("multiprocessing.forkserver" in part for part in sys.orig_argv):  # whoever else imports this keeps its own
    sys.excepthook = hush
