"""The player of an engine that was killed is ended when the next one sounds, and nobody else ever."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from liveriff.engine import orphans

SLEEPER = "import time; time.sleep(60)"


@pytest.fixture
def sleepers() -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """One process that looks like a player, and one that does not."""
    made = {
        "player": subprocess.Popen([sys.executable, "-c", f"#multiprocessing\n{SLEEPER}"]),
        "other": subprocess.Popen([sys.executable, "-c", SLEEPER]),
    }
    yield made
    for process in made.values():
        process.kill()
        process.wait()


def dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_an_orphan_is_ended_once(tmp_path: Path, sleepers: dict[str, subprocess.Popen[bytes]]) -> None:
    (tmp_path / f"{dead()}.player").write_text(str(sleepers["player"].pid))
    assert orphans.end(tmp_path) == 1
    assert sleepers["player"].wait(10) != 0
    assert orphans.end(tmp_path) == 0
    assert not list(tmp_path.iterdir())


def test_nobody_else_is(tmp_path: Path, sleepers: dict[str, subprocess.Popen[bytes]]) -> None:
    gone = dead()
    old = tmp_path / f"{gone}.player"
    old.write_text(str(sleepers["player"].pid))
    os.utime(old, (time.time() - 900, time.time() - 900))  # the number was given to another since
    assert orphans.end(tmp_path) == 0
    for text in (str(sleepers["other"].pid), str(gone), "nonsense", ""):
        (tmp_path / f"{gone}.player").write_text(text)
        assert orphans.end(tmp_path) == 0
    (tmp_path / f"{os.getpid()}.player").write_text(str(sleepers["player"].pid))  # its engine lives
    assert orphans.end(tmp_path) == 0
    assert all(process.poll() is None for process in sleepers.values())


def test_who_plays_is_kept_until_the_end(tmp_path: Path) -> None:
    orphans.note(tmp_path / "new", 4711)
    (file,) = (tmp_path / "new").iterdir()
    assert (file.name, file.read_text()) == (f"{os.getpid()}.player", "4711")
    orphans.note(tmp_path / "new", None)
    orphans.note(tmp_path / "new", None)
    assert not list((tmp_path / "new").iterdir())
