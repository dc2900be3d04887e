"""What a command has begun ends with it, also where it is asked to by SIGTERM."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from liveriff.cli.app import orderly


def test_term_ends_a_command_by_way_of_finally() -> None:
    before, cleared = signal.getsignal(signal.SIGTERM), list[str]()
    with pytest.raises(SystemExit) as ended, orderly():
        _clear_up(cleared)
    assert ended.value.code == 128 + signal.SIGTERM
    assert cleared == ["yes"]
    assert signal.getsignal(signal.SIGTERM) is before


def _clear_up(cleared: list[str]) -> None:
    try:
        signal.raise_signal(signal.SIGTERM)
    finally:
        cleared.append("yes")


@pytest.mark.skipif(os.name == "nt", reason="there TERM ends a process without a word")
@pytest.mark.parametrize("way", [("--real-time",), ()], ids=["real-time", "faster"])
def test_a_soak_that_is_ended_leaves_no_process_and_no_file(tmp_path: Path, way: tuple[str, ...]) -> None:
    temp = tmp_path / "temp"
    temp.mkdir()
    command = [sys.executable, "-m", "liveriff", "soak", *way, "--hours", "1", "--out", str(tmp_path / "out")]
    soak = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(temp)})
    try:
        end = time.monotonic() + 60
        while len(_below(soak.pid)) < 3 and time.monotonic() < end:
            time.sleep(0.1)
        begun = _below(soak.pid)
        assert len(begun) >= 3
        soak.terminate()
        assert soak.wait(60) == 128 + signal.SIGTERM
    finally:
        soak.kill()
    _, left = psutil.wait_procs(begun, 10)
    assert left == []
    assert list(temp.iterdir()) == []


def _below(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        found: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
        return found
    return []
