"""Shared memory that is not there is an error, and leaves nothing behind."""

from __future__ import annotations

import mmap
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


@pytest.mark.skipif(not hasattr(mmap, "MADV_REMOVE"), reason="only Linux gives back pages that are shared")
@pytest.mark.parametrize("index", range(4))
def test_a_slot_gives_back_what_a_longer_sound_had_taken_and_nothing_of_its_neighbours(index: int) -> None:
    frames = 3 * mmap.PAGESIZE // 8 + 100  # slots begin within pages
    slots = Slots(SlotSpec(NAME, count=2, frames=frames, pads=2, pad_frames=frames), create=True)
    try:
        for each in range(4):
            slots[each][:] = each + 1.0
        slots.reserve(index, 10)
        for each in range(4):
            assert (slots[each][:10] == each + 1.0).all()
            left = int((slots[each][10:, 0] == each + 1.0).sum())
            page = mmap.PAGESIZE // 8
            assert left < 2 * page if each == index else left == frames - 10
        slots.empty(index)
        assert [int((slots[each][:10] == each + 1.0).all()) for each in range(4) if each != index] == [1, 1, 1]
        assert int(slots[index][:, 0].astype(bool).sum()) < 2 * page
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


TRACKER = "import os, signal, time; from liveriff.wire import memory; from multiprocessing import resource_tracker\n"
MADE = f"made = memory.shared('{NAME}-tracked', 4096, create=True); pid = resource_tracker._resource_tracker._pid\n"


def test_a_segment_is_removed_without_a_word_where_its_tracker_was_killed() -> None:
    code = f"{TRACKER}{MADE}os.kill(pid, signal.SIGKILL); time.sleep(0.2); made.close(); memory.remove(made)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    with pytest.raises(FileNotFoundError):
        SharedMemory(f"{NAME}-tracked")


def test_the_tracker_of_who_was_killed_removes_its_segments_without_a_word() -> None:
    code = f"{TRACKER}{MADE}os.kill(os.getpid(), signal.SIGKILL)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""  # read until the tracker has left as well
    with pytest.raises(FileNotFoundError):
        SharedMemory(f"{NAME}-tracked")
