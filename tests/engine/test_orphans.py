"""The player of an engine that was killed loses its leash when the next one sounds, and nobody else ever."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from liveriff.engine import orphans
from liveriff.engine.litter import birth

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


def noted(process: subprocess.Popen[bytes], later: float = 0.0) -> str:
    """What its engine has kept of it."""
    return f"{process.pid} {birth(process.pid) + later}"


def test_an_orphan_is_ended_once(tmp_path: Path, sleepers: dict[str, subprocess.Popen[bytes]]) -> None:
    (tmp_path / f"{dead()}.player").write_text(noted(sleepers["player"]))
    assert orphans.end(tmp_path) == 1
    assert orphans.end(tmp_path) == 0
    assert not list(tmp_path.iterdir())


def test_nobody_else_is(tmp_path: Path, sleepers: dict[str, subprocess.Popen[bytes]]) -> None:
    gone = dead()
    old = tmp_path / f"{gone}.player"
    old.write_text(noted(sleepers["player"], -900.0))  # the number was given to another since
    assert orphans.end(tmp_path) == 0
    for text in (noted(sleepers["other"]), f"{gone} 1.0", str(sleepers["player"].pid), "nonsense", ""):
        (tmp_path / f"{gone}.player").write_text(text)
        assert orphans.end(tmp_path) == 0
    orphans.leash(tmp_path).write_text(noted(sleepers["player"]))  # its engine lives
    assert orphans.end(tmp_path) == 0
    assert orphans.leash(tmp_path).exists()
    assert all(process.poll() is None for process in sleepers.values())


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sleep there")
def test_an_engine_whose_number_another_program_has_now_is_gone(
    tmp_path: Path, sleepers: dict[str, subprocess.Popen[bytes]]
) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        (tmp_path / f"{other.pid}.player").write_text(noted(sleepers["player"]))
        until = time.monotonic() + 20.0
        while not orphans.end(tmp_path) and time.monotonic() < until:  # until it is what it is called
            time.sleep(0.01)
        assert not list(tmp_path.iterdir())
        other.kill()


def test_who_plays_is_kept_until_the_end(tmp_path: Path) -> None:
    orphans.note(tmp_path / "new", os.getppid())
    (file,) = (tmp_path / "new").iterdir()
    assert (file.name, file.read_text()) == (f"{os.getpid()}.player", f"{os.getppid()} {birth(os.getppid())}")
    orphans.note(tmp_path / "new", None)
    orphans.note(tmp_path / "new", None)
    assert not list((tmp_path / "new").iterdir())


def test_a_clock_that_is_set_makes_nobody_another(monkeypatch: pytest.MonkeyPatch) -> None:
    before = birth(os.getpid())
    monkeypatch.setattr(time, "time", lambda: 0.0)
    if sys.platform == "linux":
        monkeypatch.setattr(psutil, "boot_time", lambda: 0.0)
        monkeypatch.setattr(psutil.Process, "create_time", lambda self: 0.0)
    assert birth(os.getpid()) == before != birth(os.getppid())
    with pytest.raises(psutil.NoSuchProcess):
        birth(dead())
