"""Ctrl-C reaches every process of a terminal; children of the engine take no notice, not even while they start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from liveriff.engine.supervise import deaf_to_ctrl_c

pytestmark = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows sends it to the engine alone")
IDLE = (
    "import signal, time\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # who runs the tests may be deaf to it
    "print(flush=True); time.sleep(60)"
)


def test_what_is_started_inside_does_not_see_it() -> None:
    """From a thread, as children are started."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        with deaf_to_ctrl_c():
            started.append(subprocess.Popen([sys.executable, "-c", IDLE], stdout=subprocess.PIPE))
        started.append(subprocess.Popen([sys.executable, "-c", IDLE], stdout=subprocess.PIPE, stderr=subprocess.PIPE))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    deaf, other = started
    try:
        os.kill(deaf.pid, signal.SIGINT)
        for child in started:
            assert child.stdout is not None
            assert child.stdout.readline()
        os.kill(deaf.pid, signal.SIGINT)
        os.kill(other.pid, signal.SIGINT)
        assert other.wait(20) != 0, "only what is started inside"
        assert deaf.poll() is None
    finally:
        for child in started:
            child.kill()
            child.wait()
            for pipe in (child.stdout, child.stderr):
                if pipe is not None:
                    pipe.close()


def test_the_caller_goes_on_hearing_it() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with deaf_to_ctrl_c():
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
