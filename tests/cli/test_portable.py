"""Commands where the system is another: few letters, a folder that is gone, logs that cannot be removed, no nice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from liveriff.cli import background
from liveriff.render import servant

LIVERIFF = [sys.executable, "-m", "liveriff"]


def test_what_a_pipe_has_no_letters_for_is_a_question_mark(tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "far.toml").write_text('title = "東京"\nabout = "A walk → home."\n', "utf-8")
    env = {**os.environ, "LIVERIFF_HOME": str(tmp_path), "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run([*LIVERIFF, "scenes"], env=env, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert b"far" in done.stdout
    assert b"??" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="there no folder goes while somebody is in it")
def test_a_command_runs_in_a_folder_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    words = f"import os, sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); os.rmdir(os.getcwd())\n"
    words += "sys.argv = ['liveriff', 'scenes']\nfrom liveriff.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-c", words], cwd=gone, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "house" in done.stdout


def test_a_log_that_cannot_be_removed_costs_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    folder = background.state_folder()
    folder.mkdir(parents=True)
    for number in range(background.KEPT_LOGS + 2):
        (folder / f"engine-20000101-{number:06}.log").touch()
    unlink = Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path.name == "engine-20000101-000000.log":
            raise PermissionError(13, "The process cannot access the file because it is being used by another process")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    log = background._new_log()
    assert log.parent == folder
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) == background.KEPT_LOGS + 1  # the newest, and the one that is held
    assert "engine-20000101-000000.log" in left
    assert "engine-20000101-000001.log" not in left


def test_renderers_step_back_where_there_is_no_nice(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []

    class Windows:
        def nice(self, value: int) -> None:
            given.append(value)

    monkeypatch.delattr(os, "nice", raising=False)
    monkeypatch.setattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 16384, raising=False)
    monkeypatch.setattr(psutil, "Process", Windows)
    servant.be_nice()
    assert given == [16384]
