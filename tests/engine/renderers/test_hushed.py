"""The process that renderers are forked from leaves without a traceback where the system refuses it something."""

from __future__ import annotations

import subprocess
import sys

import pytest

from liveriff.engine.renderers import hushed, local

PROGRAM = f"# as multiprocessing.forkserver begins\nimport {local.HUSHED}\nraise %s"


@pytest.mark.parametrize(("error", "silent"), [("OSError(24, 'x')", True), ("EOFError", True), ("KeyError", False)])
def test_what_the_system_refuses_is_no_traceback(error: str, silent: bool) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM % error], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert ("Traceback" not in done.stderr) == silent


def test_it_is_loaded_there_and_changes_nothing_elsewhere() -> None:
    assert sys.excepthook is not hushed.hush
    if local.best_start_method("cpu") == "forkserver":
        from multiprocessing import forkserver

        local._context(local.LocalOptions())
        assert local.HUSHED in forkserver._forkserver._preload_modules  # type: ignore[attr-defined]
