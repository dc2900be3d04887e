"""A private JACK server with no sound card behind it: real time, real ports, nobody else's."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

READY_S = 15
STOP_S = 5

MISSING = "" if shutil.which("jackd") and shutil.which("jack_wait") else "jackd is not installed (apt install jackd2)"


class JackServer:
    """``jackd -d dummy`` under a name of its own; stopped by its process id.

    sync: the server waits for late clients, so that what is recorded is what was played, whatever else the machine
    does; without it late clients lose their cycle, as on a stage.
    """

    def __init__(self, rate: int = 48000, period: int = 256, sync: bool = True) -> None:
        """Nothing runs before ``__enter__``."""
        self.rate, self.period = rate, period
        self.name = f"lr{os.getpid()}x{time.monotonic_ns() % 1000000}"
        self.env = {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1", "JACK_NO_AUDIO_RESERVATION": "1"}
        self._killed = False
        self._mode = ["-S"] if sync else []
        self._log = Path(tempfile.mkstemp(prefix="jackd-", suffix=".log")[1])

    def __enter__(self) -> JackServer:
        """Start and wait until it answers; raises RuntimeError with its log if it does not."""
        # -p before -d is the number of ports: the default takes 107 MB of /dev/shm, more than many containers have.
        server = ["jackd", *self._mode, "-R", "-p", "128", "-n", self.name]
        driver = ["-d", "dummy", "-r", str(self.rate), "-p", str(self.period)]
        env = {**os.environ, **self.env}
        with self._log.open("w") as log:
            self._process = subprocess.Popen([*server, *driver], stdout=log, stderr=subprocess.STDOUT, env=env)
        ready = ["jack_wait", "-s", self.name, "-w", "-t", str(READY_S)]
        code = subprocess.run(ready, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        if code != 0 or self._process.poll() is not None:
            log_text = self._log.read_text()
            self.stop()
            raise RuntimeError(f"jackd did not come up:\n{log_text}")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it; stop all clients first, or they hang."""
        self.stop()

    def stop(self) -> None:
        """End the server."""
        if self._killed:
            self._reclaim()
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.unlink(missing_ok=True)
        for left in Path("/dev/shm").glob(f"jack_*{self.name}*"):  # by a server that was killed
            left.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.wait()
        self._killed = True

    def _reclaim(self) -> None:
        """A killed server keeps its place among the eight that there may be, until one of its name has left well."""
        self._killed = False
        with contextlib.suppress(RuntimeError), self:
            pass

    def xruns(self) -> int:
        """Late cycles that the server has logged."""
        return len(re.findall(r"XRun", self._log.read_text()))
