"""Where a performance's token is, and where it is not; and who may read what a performance leaves."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
from pathlib import Path

import psutil
import pytest

from e2e.command import Playing, run, wait_until
from e2e.house import TONE
from liveriff.control.door.client import DoorClient

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc and /dev/shm")]
TOKEN = "a-word-that-stands-nowhere"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_token_is_in_the_session_file_and_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_TOKEN", TOKEN)
    monkeypatch.delenv("LIVERIFF_HOME", raising=False)
    home, log = tmp_path / "home", tmp_path / "set.log"
    home.mkdir()
    before = os.umask(0o022)
    try:
        playing = Playing(
            home, *TONE, "--sink=null", "--midi=off", "--osc=127.0.0.1:0", "--door=127.0.0.1:0", f"--log={log}",
        )  # fmt: skip
    finally:
        os.umask(before)
    try:
        playing.sounds()
        assert wait_until(lambda: list(home.rglob("session-*.json")))
        (session,) = home.rglob("session-*.json")
        told = json.loads(session.read_text())
        assert told["token"] == TOKEN
        assert (mode(session), mode(session.parent)) == (0o600, 0o700)

        async def comes_in(token: str) -> bool:
            async with DoorClient(told["url"], token=token) as door:
                await asyncio.wait([asyncio.ensure_future(door._ready.wait())], timeout=20 if token == TOKEN else 2)
                if door.connected:
                    door.set("/record", True)
                    await asyncio.sleep(1.0)
                return door.connected

        assert [asyncio.run(comes_in(token)) for token in (TOKEN, "wrong", "")] == [True, False, False]
        monkeypatch.delenv("LIVERIFF_TOKEN")
        shown = run(home, "remote")
        assert shown.out.strip() == f"{told['url']}/?token={TOKEN}", shown.err
        assert not any(TOKEN in " ".join(each.cmdline()) for each in playing.family())
        here = playing.process.pid
        ours = {psutil.Process(here).pid, *(child.pid for child in psutil.Process(here).children(recursive=True))}
        segments = [path for path in Path("/dev/shm").iterdir() if any(str(pid) in path.name for pid in ours)]
        assert segments
        assert {mode(path) for path in segments} == {0o600}
        playing.stop()
        done = playing.end()
    finally:
        playing.abandon()
    assert TOKEN not in done.out + done.err
    for path in (*home.rglob("*"), log):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes(), path
    assert {mode(path) for path in home.rglob("liveriff")} == {0o700}
    recordings = list(home.rglob("*.wav"))
    assert recordings
    assert {mode(path.parent) for path in recordings} == {0o700}
