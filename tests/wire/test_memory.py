"""Shared memory that is not there is an error, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.shared_memory import SharedMemory

import numpy as np
import pytest

from liveriff.errors import DeviceError
from liveriff.wire import memory
from liveriff.wire.slots import Slots, SlotSpec

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="pages are given out in one here")
NAME = f"liveriff-{os.getpid()}-test-memory"


def refuse(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_what_is_made_is_there() -> None:
    made = memory.shared(NAME, 1 << 16, create=True)
    try:
        assert os.fstat(made._fd).st_blocks * 512 >= 1 << 16  # type: ignore[attr-defined]
        seen = memory.shared(NAME, 0, create=False)
        assert seen.size == 1 << 16
        seen.close()
    finally:
        made.close()
        made.unlink()


def test_who_maps_a_segment_is_not_taken_for_its_owner() -> None:
    """Not even by a resource tracker of its own, which it begins where the maker's has died."""
    made = memory.shared(NAME, 4096, create=True)
    script = f"""
from multiprocessing import resource_tracker
from liveriff.wire.memory import shared
resource_tracker.ensure_running()
seen = shared({NAME!r}, 0, create=False)
seen.buf[0] = 7
seen.close()
"""
    try:
        done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
        assert done.stderr == ""
        time.sleep(0.2)  # its tracker leaves after it
        again = memory.shared(NAME, 0, create=False)
        assert again.buf[0] == 7
        again.close()
    finally:
        made.close()
        made.unlink()


def test_what_cannot_be_made_is_told_and_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.os, "posix_fallocate", refuse)
    with pytest.raises(DeviceError, match="shared memory of this machine is full"):
        memory.shared(NAME, 4096, create=True)
    with pytest.raises(FileNotFoundError):
        SharedMemory(NAME)


@pytest.mark.parametrize("index", [0, 2, 3, 4])
def test_a_slot_reserves_its_own_frames(index: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    take: Callable[[int, int, int], None] = lambda _handle, first, size: asked.append((first, size))  # noqa: E731
    spec = SlotSpec(NAME, count=3, frames=1000, pads=2, pad_frames=100)
    slots = Slots(spec, create=True)
    try:
        monkeypatch.setattr(memory.os, "posix_fallocate", take)
        slots.reserve(index, 64)
        slots[index][:64] = 1.0
        whole = np.frombuffer(slots._memory.buf, np.float32, spec.bytes // 4)
        ((first, size),) = asked
        assert np.flatnonzero(whole).tolist() == list(range(first // 4, (first + size) // 4))
        del whole
        monkeypatch.setattr(memory.os, "posix_fallocate", refuse)
        with pytest.raises(DeviceError, match="full"):
            slots.reserve(index, 64)
    finally:
        slots.close()


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="children are looked for in /proc")
def test_a_closed_terminal_leaves_who_removes_segments_alive() -> None:
    code = (
        "import os, signal, time; from liveriff.wire import memory; from multiprocessing import resource_tracker\n"
        f"made = memory.shared('{NAME}-hup', 4096, create=True); pid = resource_tracker._resource_tracker._pid\n"
        "time.sleep(0.5); os.kill(pid, signal.SIGHUP); time.sleep(0.3)\n"
        "print(open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()[0]); made.close(); made.unlink()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() in ("S", "R"), "it has died"
    assert done.stderr == ""
