"""A time of day that lies, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from liveriff.drill import lyingclock

SCRIPT = """
import time
before = time.time()
print(time.time() - {now}, time.time_ns() / 1e9 - {now}, time.mktime(time.localtime()) - {now}, time.monotonic())
print(time.localtime(0.0).tm_year < 1971, time.gmtime(86400).tm_mday)
"""


def told(folder: Path, off: str) -> list[list[str]]:
    lyingclock.install(folder / "site")
    (folder / "seconds").write_text(off)
    env = {**os.environ, "PYTHONPATH": f"{folder / 'site'}{os.pathsep}{Path.cwd()}"}
    env[lyingclock.CLOCK_FILE] = str(folder / "seconds")
    script = SCRIPT.format(now=time.time())
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    return [line.split() for line in done.stdout.splitlines()]


def test_the_time_of_day_is_off_and_nothing_else(tmp_path: Path) -> None:
    for off in (3600.0, -3600.0, 0.0):
        monotonic = time.monotonic()
        (*times, own), others = told(tmp_path, str(off))
        assert all(off - 2.0 < float(value) < off + 60.0 for value in times)
        assert 0.0 <= float(own) - monotonic < 60.0
        assert others == ["True", "2"]


def test_without_a_number_it_tells_the_truth(tmp_path: Path) -> None:
    (*times, _), _ = told(tmp_path, "noon")
    assert all(-2.0 < float(value) < 60.0 for value in times)
