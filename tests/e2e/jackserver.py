"""A private JACK server with no sound card behind it: real time, real ports, nobody else's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

READY_S = 15
NAMES = tuple(f"liveriff-test-{n}" for n in range(1, 7))
"""JACK keeps a place among eight for every name whose server was killed, until one of that name leaves well: so the
names are few, and used again."""
STOP_S = 5
STRAY = 10  # cycles that a server may lose to a client that is late, and go on

MISSING = "" if shutil.which("jackd") and shutil.which("jack_wait") else "jackd is not installed (apt install jackd2)"


class JackServer:
    """``jackd -d dummy`` under the first name that no other server has; stopped by its process id.

    sync: the server waits for late clients, so that what is recorded is what was played, whatever else the machine
    does; without it late clients lose their cycle, as on a stage.
    """

    def __init__(self, rate: int = 48000, period: int = 256, sync: bool = True) -> None:
        """Nothing runs before ``__enter__``."""
        self.rate, self.period = rate, period
        self.name = ""
        self._mode = ["-S"] if sync else []
        self._log = Path(tempfile.mkstemp(prefix="jackd-", suffix=".log")[1])

    @property
    def env(self) -> dict[str, str]:
        """Variables by which clients find it."""
        return {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1", "JACK_NO_AUDIO_RESERVATION": "1"}

    def __enter__(self) -> JackServer:
        """Start and wait until it answers; raises RuntimeError with its log if it does not."""
        for self.name in NAMES:
            if self._came_up():
                return self
            if "already active" not in self._log.read_text():
                break
        raise RuntimeError(f"jackd did not come up:\n{self._log.read_text()}")

    def _came_up(self) -> bool:
        # -p before -d is the number of ports: the default takes 107 MB of /dev/shm, more than many containers have.
        server = ["jackd", *self._mode, "-R", "-p", "128", "-n", self.name]
        driver = ["-d", "dummy", "-r", str(self.rate), "-p", str(self.period)]
        env = {**os.environ, **self.env}
        with self._log.open("w") as log:
            self._process = subprocess.Popen([*server, *driver], stdout=log, stderr=subprocess.STDOUT, env=env)
        ready = ["jack_wait", "-s", self.name, "-w", "-t", str(READY_S)]
        waiter = subprocess.Popen(ready, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # A name that is taken answers, too: it is our own process that must live on.
        while waiter.poll() is None and self._process.poll() is None:
            time.sleep(0.02)
        time.sleep(0.1)
        waiter.kill()
        waiter.wait()
        return waiter.returncode == 0 and self._process.poll() is None

    def __exit__(self, *_: object) -> None:
        """Stop it; stop all clients first, or they hang."""
        self.stop()

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._log.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.wait()

    @property
    def lost(self) -> bool:
        """Whether it waits in every cycle for who is not asked: no sound gets through any more, whoever comes or goes.

        It befalls servers that wait for late clients (``sync``) on a busy machine, where two clients come at once.
        """
        return self._log.read_text().count("engine may now behave abnormally") > STRAY

    def xruns(self) -> int:
        """Late cycles that the server has logged."""
        return len(re.findall(r"XRun", self._log.read_text()))
