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
def held():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
now = [0.0]
heap = frugal.Heap(lambda: now[0])
now[0] += frugal.EVERY_S
heap.trim()
told = []
for count in (1000, 5000):  # 64 MB, and 320
    blocks = [bytearray(64 << 10) for _ in range(count)]
    kept = blocks[-1]
    del blocks
    told.append(held())
    for wait_s in (0.5 * frugal.LOOK_S, 2.0 * frugal.LOOK_S, frugal.EVERY_S):
        now[0] += wait_s
        heap.trim()
        told.append(held())
print(json.dumps(told))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing can be given back")
def test_a_heap_of_holes_is_given_back_every_now_and_then_or_when_it_is_worth_it() -> None:
    never = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "8589934592"}  # as renderers have it
    said = subprocess.run(
        [sys.executable, "-c", HOLES], capture_output=True, text=True, check=True, timeout=120, env=os.environ | never
    )
    told = json.loads(said.stdout)
    few, many, spare = told[:4], told[4:], 16 << 20
    assert min(few[1:3]) > few[0] - spare
    assert few[3] < few[0] - (48 << 20)
    assert many[1] > many[0] - spare, "it looks once a second"
    assert many[2] < many[0] - (200 << 20)


def test_nothing_is_asked_of_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    import gc

    from liveriff.wire import frugal

    monkeypatch.setattr(frugal.sys, "platform", "darwin")
    monkeypatch.setattr(frugal.ctypes, "CDLL", lambda *_: pytest.fail("there is no such library"))
    try:
        frugal.settle(idle=("anything",))
    finally:
        gc.unfreeze()
