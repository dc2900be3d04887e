"""A JACK server of the drill's own, with no sound card behind it: a real audio server that may be killed.

Its outputs have monitor ports, which give another client what an audience would hear.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from liveriff.errors import DeviceError

NAMES = tuple(f"liveriff-drill-{n}" for n in range(1, 5))
"""JACK keeps a place among eight for every name whose server was killed, until one of that name leaves well: so the
names are few, and used again."""
READY_S, STOP_S = 15.0, 5.0
RATE, PERIOD = 48000, 256
PORTS = "128"  # the default takes 107 MB of shared memory


def missing() -> str:
    """Why there can be none, or ""."""
    if not (shutil.which("jackd") and shutil.which("jack_wait")):
        return "JACK is not installed (jackd, jack_wait)"
    return ""


class JackServer:
    """``jackd -d dummy``; a context manager."""

    def __init__(self, log: Path) -> None:
        """Nothing runs yet. log: where it writes."""
        self.name, self._log = "", log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        """Variables by which clients find it."""
        return {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1", "JACK_NO_AUDIO_RESERVATION": "1"}

    def __enter__(self) -> JackServer:
        """Start, under the first name that no other server has; DeviceError if it does not come up."""
        for self.name in NAMES:
            if self.start():
                return self
        raise DeviceError(f"the JACK server of the drill did not come up; {self._log} says why.")

    def start(self) -> bool:
        """Start under its name; whether it answers."""
        command = ["jackd", "-R", "-p", PORTS, "-n", self.name, "-d", "dummy", "-m", "-r", str(RATE), "-p", str(PERIOD)]
        env = {**os.environ, **self.env}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True
            )
        ready = ["jack_wait", "-s", self.name, "-w", "-t", str(round(READY_S))]
        null = subprocess.DEVNULL
        waiter = subprocess.Popen(ready, env=env, stdin=null, stdout=null, stderr=null, start_new_session=True)
        # A name that is taken answers, too: it is our own process that must live on.
        while waiter.poll() is None and self.runs:
            time.sleep(0.02)
        time.sleep(0.1)
        waiter.kill()
        waiter.wait()
        return waiter.returncode == 0 and self.runs

    @property
    def pid(self) -> int:
        """Its number, 0 before it was started."""
        return self._process.pid if self._process else 0

    @property
    def runs(self) -> bool:
        """Whether it does."""
        return self._process is not None and self._process.poll() is None

    def mark(self) -> int:
        """Where its log ends now, for ``said``."""
        return self._log.stat().st_size if self._log.exists() else 0

    def said(self, since: int) -> str:
        """What it has written into its log after a mark."""
        if not self._log.exists():
            return ""
        with self._log.open("rb") as log:
            log.seek(since)
            return log.read().decode("utf-8", "replace")

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def pause(self, stopped: bool) -> None:
        """Let it stand still, or go on."""
        if self._process and self.runs:
            self._process.send_signal(signal.SIGSTOP if stopped else signal.SIGCONT)

    def __exit__(self, *_: object) -> None:
        """Stop it; its clients first, or they hang."""
        if self._process and self.runs:
            self.pause(False)
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
                return
            self.kill()
