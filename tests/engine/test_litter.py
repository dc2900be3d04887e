"""What killed performances leave behind is swept; what runs is let be."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from liveriff.engine import litter


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_folders_of_the_dead_are_swept_and_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(litter.tempfile, "tempdir", str(tmp_path))
    mine = litter.place("sources")
    dead = tmp_path / f"liveriff-{dead_pid()}-sources-abc"
    dead.mkdir()
    (dead / "sound.wav").write_text("x")
    for other in ("liveriff-notes-by-hand", "somebody-1-else", f"liveriff-{dead_pid()}"):
        (tmp_path / other).mkdir()
    link = tmp_path / f"liveriff-{dead_pid()}-link-x"
    link.symlink_to(tmp_path / "somebody-1-else")
    assert litter.sweep() == 1
    assert not dead.exists()
    assert mine.is_dir()
    assert link.is_symlink()
    assert (tmp_path / "liveriff-notes-by-hand").is_dir()


def test_drafts_of_the_dead_are_swept(tmp_path: Path) -> None:
    names = {f"last.{dead_pid()}.part": False, f"last.{os.getpid()}.part": True, "a.b.part": True, "x.toml": True}
    for name in names:
        (tmp_path / name).write_text("half")
    litter.sweep_drafts(tmp_path)
    assert {name: (tmp_path / name).exists() for name in names} == names


def test_a_number_that_another_program_has_now_is_not_ours() -> None:
    if sys.platform != "linux":
        pytest.skip("sleep is a program of its own here only")
    with subprocess.Popen(["sleep", "60"]) as other:
        until = time.monotonic() + 20.0
        while litter.alive(other.pid) and time.monotonic() < until:  # until it is what it is called
            time.sleep(0.01)
        assert not litter.alive(other.pid)
        other.kill()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as ours:
        assert litter.alive(ours.pid)
        ours.kill()
        os.waitid(os.P_PID, ours.pid, os.WEXITED | os.WNOWAIT)
        assert not litter.alive(ours.pid)  # a zombie


def test_sockets_lie_in_a_folder_of_ours_where_there_is_room_for_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = multiprocessing.process.current_process()._config  # type: ignore[attr-defined]
    monkeypatch.delitem(config, "tempdir", raising=False)
    monkeypatch.setattr(litter.tempfile, "tempdir", str(tmp_path / ("x" * litter.LONGEST)))
    (tmp_path / ("x" * litter.LONGEST)).mkdir()
    litter.house_sockets()
    assert "tempdir" not in config
    assert list((tmp_path / ("x" * litter.LONGEST)).iterdir()) == []
    monkeypatch.setattr(litter.tempfile, "tempdir", "/tmp")
    litter.house_sockets()
    place = Path(config["tempdir"])
    assert place.name.startswith(f"liveriff-{os.getpid()}-ipc-")
    litter.house_sockets()
    assert Path(config["tempdir"]) == place
    place.rmdir()
    del config["tempdir"]
