"""Memory that was needed to start is given back, and everything works as before."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

CODE = """
import gc, json, sys
import numpy as np
from liveriff.wire.frugal import settle
def held():
    return next(int(line.split()[1]) for line in open("/proc/self/smaps_rollup") if line.startswith("Rss:"))
a = np.random.default_rng(1).standard_normal((300, 300))
before = np.linalg.solve(a, a[0])
waste = [bytearray(1000) for _ in range(30000)]
kept = bytearray(b"x")
high = held()
del waste
settle(idle=("openblas", "libpython"))
low = held()
after = np.linalg.solve(a, a[0])
print(json.dumps([high, low, bool((before == after).all()), gc.get_freeze_count() > 1000, gc.isenabled()]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing can be given back")
def test_what_the_start_needed_is_given_back_and_code_runs_on() -> None:
    said = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True, timeout=120)
    high, low, same, frozen, collects = json.loads(said.stdout)
    assert low < high - 20_000, "kB: the waste, and the code of a library that rests"
    assert same
    assert frozen
    assert collects


HOLES = """
import json
from liveriff.wire import frugal
heap, told = frugal.Heap(), []
heap.trim()
for count in (500, 5000):  # 32 MB, which is not worth it, and 320
    blocks = [bytearray(64 << 10) for _ in range(count)]
    kept = blocks[-1]
    del blocks
    full = frugal._held()
    heap.trim()
    told.append((full, frugal._held()))
print(json.dumps(told))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing can be given back")
def test_a_heap_of_holes_is_given_back_once_it_is_worth_it() -> None:
    never = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "8589934592"}  # as renderers have it
    said = subprocess.run(
        [sys.executable, "-c", HOLES], capture_output=True, text=True, check=True, timeout=120, env=os.environ | never
    )
    (few, few_after), (many, many_after) = json.loads(said.stdout)
    assert few_after == pytest.approx(few, abs=4 << 20)
    assert many_after < many - (200 << 20)


def test_nothing_is_asked_of_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    import gc

    from liveriff.wire import frugal

    monkeypatch.setattr(frugal.sys, "platform", "darwin")
    monkeypatch.setattr(frugal.ctypes, "CDLL", lambda *_: pytest.fail("there is no such library"))
    try:
        frugal.settle(idle=("anything",))
    finally:
        gc.unfreeze()
