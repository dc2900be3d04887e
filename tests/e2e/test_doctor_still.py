"""The doctor asks a JACK server that stands still, and is not kept waiting."""

from __future__ import annotations

import json
import time
from pathlib import Path

import psutil
import pytest

from e2e.command import run
from e2e.jackserver import MISSING, JackServer

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
LONGEST_S = 100.0
"""More than the checks' patience together, on a busy machine; a doctor that hangs would stay for ever."""


def test_a_server_that_stands_still_is_told_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with JackServer(48000, 256, sync=False) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        process = psutil.Process(server._process.pid)
        process.suspend()
        begin = time.monotonic()
        try:
            done = run(tmp_path, "doctor", "--json", patience_s=LONGEST_S)
        finally:
            process.resume()
        assert time.monotonic() - begin < LONGEST_S
    remedies = {finding["name"]: finding["remedy"] for finding in json.loads(done.out)["findings"]}
    assert remedies["sound"] == "sound-silent"
    assert done.status == 1
    assert [process for process in psutil.process_iter() if _home(process) == str(tmp_path)] == []


def _home(process: psutil.Process) -> str:
    """Whose process it is: each command of this test has a home of its own."""
    try:
        return process.environ().get("HOME", "")
    except psutil.Error:
        return ""
