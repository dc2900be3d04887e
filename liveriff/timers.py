"""Windows' timers made fine enough to play by; other systems' are as they come.

Two things there go in steps of 15.6 ms, which is a thirty-second note at 120 BPM: ``time.monotonic`` before Python 3.13
(GetTickCount64), and every wait of a process that has not asked for better (timeBeginPeriod; since Windows 10 2004 each
process asks for itself, and since Windows 11 what it asked for is forgotten while its window is covered, unless it says
otherwise). ``liveriff`` asks as soon as it is imported, so all processes of a set count alike.
"""

from __future__ import annotations

import contextlib
import ctypes
import time
from typing import Any

STEP_S = 0.001
"""The coarsest step that a clock or a wait may have."""
_THROTTLING, _VERSION, _TIMER_RESOLUTION = 4, 1, 4
"""ProcessPowerThrottling, its current version, PROCESS_POWER_THROTTLING_IGNORE_TIMER_RESOLUTION of the Windows SDK."""


class _Throttling(ctypes.Structure):
    """PROCESS_POWER_THROTTLING_STATE. What is in the mask and not in the state is never to be done."""

    _fields_ = (("version", ctypes.c_uint32), ("mask", ctypes.c_uint32), ("state", ctypes.c_uint32))


def fine(clock: Any = time) -> None:
    """Windows only: count and wait in steps of a millisecond at most, in this process, until it ends. Never raises."""
    finer_clock(clock)
    with contextlib.suppress(OSError, AttributeError):
        finer_waits(ctypes.WinDLL("winmm"), ctypes.WinDLL("kernel32"))  # type: ignore[attr-defined,unused-ignore]


def finer_clock(clock: Any) -> None:
    """Let ``monotonic`` of a time module count by QueryPerformanceCounter where its own steps are coarse, as Python
    does from 3.13 on. All processes count alike (since Python 3.10). asyncio hears of it, too: it runs whatever is due
    within a step, which would be too early."""
    info = clock.get_clock_info
    if info("monotonic").resolution <= STEP_S:
        return
    clock.monotonic, clock.monotonic_ns = clock.perf_counter, clock.perf_counter_ns
    clock.get_clock_info = lambda name: info("perf_counter" if name == "monotonic" else name)


def finer_waits(winmm: Any, kernel32: Any) -> None:
    """Ask for waits of a millisecond, also while no window is seen. winmm, kernel32: the system's libraries."""
    winmm.timeBeginPeriod(round(1000 * STEP_S))
    kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    never = _Throttling(_VERSION, _TIMER_RESOLUTION, 0)
    kernel32.SetProcessInformation(
        ctypes.c_void_p(kernel32.GetCurrentProcess()), _THROTTLING, ctypes.byref(never), ctypes.sizeof(never)
    )
