"""Checks that may hang, each in a program of its own, all at once: a doctor does not wait for the dead.

``python -m liveriff.cli.checks.careful NAME`` is such a program; it prints its findings as one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from liveriff.cli.checks import hands, models, sound
from liveriff.cli.checks.finding import Finding, failed, fault

PATIENCE_S = 15.0
TORCH_S = 60.0
"""Importing torch from a cold disk takes its time."""


@dataclass(frozen=True)
class Careful:
    """look: the check; silent: what is found where it does not answer within ``patience_s``."""

    look: Callable[[], list[Finding]]
    silent: Callable[[float], Finding]
    patience_s: float = PATIENCE_S


CAREFUL = {
    "sound": Careful(sound.sound, sound.silent),
    "midi": Careful(hands.midi, hands.midi_silent, 30.0),  # JACK's MIDI lives in a program that is waited for, too
    "accelerator": Careful(models.accelerator, models.accelerator_silent, TORCH_S),
}


class Looking:
    """One careful check at work."""

    def __init__(self, name: str) -> None:
        """Begin it, without waiting."""
        self.name, self._careful, self._since = name, CAREFUL[name], time.monotonic()
        command = [sys.executable, "-m", __name__, name]
        null = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdin=null, stdout=subprocess.PIPE, stderr=null)

    def findings(self) -> list[Finding]:
        """What it has found, waited for as long as is fair."""
        patience_s = self._careful.patience_s
        try:
            out, _ = self._process.communicate(timeout=max(0.0, self._since + patience_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.end()
            return [self._careful.silent(patience_s)]
        try:
            return [Finding(**row) for row in json.loads(out.splitlines()[-1])]
        except (ValueError, TypeError, IndexError):
            return [fault(self.name, f"the check ended with status {self._process.returncode}", "check-failed")]

    def end(self) -> None:
        """Kill it, if it still runs."""
        self._process.kill()
        self._process.communicate()


def main(name: str) -> None:
    """Look, and print what was found."""
    try:
        found = CAREFUL[name].look()
    except Exception as error:  # a doctor must not die of the illness
        found = [failed(name, error)]
    sys.stdout.write("\n" + json.dumps([asdict(finding) for finding in found]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
