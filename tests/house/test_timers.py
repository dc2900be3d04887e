"""Windows' timers: told by stand-ins for its libraries, since what they do can only be heard there."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from liveriff import timers

WINDOWS_STEP_S = 0.015625


def _clock(monotonic_step: float) -> Any:
    steps = {"monotonic": monotonic_step, "perf_counter": 1e-7, "time": WINDOWS_STEP_S}
    return SimpleNamespace(
        monotonic=lambda: 1.0,
        monotonic_ns=lambda: 1,
        perf_counter=lambda: 2.0,
        perf_counter_ns=lambda: 2,
        get_clock_info=lambda name: SimpleNamespace(resolution=steps[name]),
    )


class _Library:
    """Keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        def function(*given: Any) -> int:
            self.asked.append((name, *given))
            return 77

        setattr(self, name, function)
        return function


def test_a_coarse_clock_is_replaced_and_its_steps_are_told() -> None:
    clock = _clock(WINDOWS_STEP_S)
    timers.finer_clock(clock)
    assert (clock.monotonic(), clock.monotonic_ns()) == (2.0, 2)
    assert clock.get_clock_info("monotonic").resolution == 1e-7
    assert clock.get_clock_info("time").resolution == WINDOWS_STEP_S
    timers.finer_clock(clock)  # once more changes nothing
    assert clock.get_clock_info("monotonic").resolution == 1e-7


def test_a_fine_clock_stays() -> None:
    clock = _clock(1e-9)
    timers.finer_clock(clock)
    assert clock.monotonic() == 1.0


def test_here_the_program_changes_no_clock() -> None:
    if sys.platform == "win32":
        pytest.skip("Windows' own clocks are changed")
    code = "import time; before = time.monotonic, time.get_clock_info; import liveriff.cli.app; " + (
        "assert before == (time.monotonic, time.get_clock_info)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_waits_of_a_millisecond_are_asked_for_also_behind_other_windows() -> None:
    winmm, kernel32 = _Library(), _Library()
    timers.finer_waits(winmm, kernel32)
    assert winmm.asked == [("timeBeginPeriod", 1)]
    name, process, kind, state, size = kernel32.asked[-1]
    assert (name, process.value, kind) == ("SetProcessInformation", 77, 4)
    told = ctypes.cast(state, ctypes.POINTER(ctypes.c_uint32 * 3)).contents
    assert list(told) == [1, 4, 0]
    assert size == 3 * ctypes.sizeof(ctypes.c_uint32)


def test_a_system_without_those_libraries_is_no_failure() -> None:
    clock = _clock(WINDOWS_STEP_S)
    timers.fine(clock)
    assert clock.monotonic() == 2.0


def test_a_loop_on_a_coarse_clock_does_not_run_ahead() -> None:
    """asyncio takes what is due within a step of its clock: with the old step a timer comes that much too early."""
    code = (
        "import time, types; from liveriff import timers; info = time.get_clock_info\n"
        "time.get_clock_info = lambda n: types.SimpleNamespace(resolution=0.25 if n == 'monotonic' else 1e-7)\n"
        "timers.finer_clock(time)\n"
        "import asyncio\n"
        "async def wait():\n"
        "    began = time.perf_counter(); await asyncio.sleep(0.2); return time.perf_counter() - began\n"
        "assert asyncio.run(wait()) >= 0.19"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
