"""Faults of the audio server, and of what plays over it: controllers and clocks."""

from __future__ import annotations

import os
import subprocess
import sys

from liveriff.drill.acts import Act
from liveriff.drill.liveset import LiveSet, Plan
from liveriff.errors import DeviceError

BACK_S = 20.0
BOUND_S = 2.0 + 1.0  # what is promised, and the time for the ports to appear
KEYS, CLOCK = "drill-keys", "drill-clock"


class ServerKilled(Act):
    """kill -9, and another after three seconds under the same name."""

    hold_s = 3.0
    rests = True
    renders = False
    looks_from_lift = True
    restarts_server = True

    def begin(self, live: LiveSet) -> None:
        assert live.plan.jack
        live.plan.jack.kill()

    def lift(self, live: LiveSet) -> None:
        assert live.plan.jack
        if not live.plan.jack.start():
            raise DeviceError("the JACK server of the drill did not come up again.")


class ServerStopped(Act):
    """kill -STOP, and CONT after three seconds."""

    hold_s = 3.0
    rests = True
    renders = False
    looks_from_lift = True

    def begin(self, live: LiveSet) -> None:
        assert live.plan.jack
        live.plan.jack.pause(True)

    def lift(self, live: LiveSet) -> None:
        assert live.plan.jack
        live.plan.jack.pause(False)


class _Played(Act):
    """Something that plays over JACK's MIDI, as a program of its own: killing it pulls the plug."""

    kind, name = "keys", KEYS

    def __init__(self) -> None:
        """Not plugged in."""
        self._program: subprocess.Popen[str] | None = None
        self.wrong: list[str] = []

    def prepare(self, plan: Plan) -> None:
        plan.arguments += ["--midi", "jack"]

    def plug(self, live: LiveSet) -> None:
        """Plug it in."""
        assert live.plan.jack
        self._program = subprocess.Popen(
            [sys.executable, "-m", "liveriff.drill.jackhand_program", self.kind, self.name],
            env={**os.environ, **live.plan.jack.env}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        )  # fmt: skip
        assert self._program.stdout
        self._program.stdout.readline()

    def pull(self) -> None:
        """Pull it out."""
        if self._program:
            self._program.kill()
            self._program.wait()

    def finish(self, live: LiveSet) -> list[str]:
        self.pull()
        return []


class MidiPulled(_Played):
    """A controller."""

    def _there(self, live: LiveSet) -> bool:
        return "keys" in str(live.watch.latest("/status/midi") or "")

    def _expect(self, live: LiveSet, there: bool, patience_s: float) -> None:
        if not live.wait(lambda: self._there(live) == there, patience_s):
            self.wrong.append(f"the controller is not {'bound' if there else 'let go'} within {patience_s:.0f} s.")

    def begin(self, live: LiveSet) -> None:
        self.plug(live)
        self._expect(live, True, BACK_S)
        self.pull()
        self._expect(live, False, BACK_S)

    def lift(self, live: LiveSet) -> None:
        self.plug(live)
        self._expect(live, True, BOUND_S)

    def complaints(self, live: LiveSet) -> list[str]:
        return self.wrong


class ClockLost(_Played):
    """The master of the tempo."""

    kind, name = "clock", CLOCK

    def prepare(self, plan: Plan) -> None:
        super().prepare(plan)
        plan.arguments += ["--set", "/tempo/source=midi"]

    def begin(self, live: LiveSet) -> None:
        self.plug(live)
        if not live.wait(lambda: self._follows(live), BACK_S):
            self.wrong.append("the clock is not followed.")
        self._bpm = live.watch.latest("/tempo/bpm")
        self.pull()

    def _follows(self, live: LiveSet) -> bool:
        return abs(_number(live.watch.latest("/tempo/bpm")) - 118.0) < 0.5

    def lift(self, live: LiveSet) -> None:
        if abs(_number(live.watch.latest("/tempo/bpm")) - _number(self._bpm)) > 1.0:
            self.wrong.append(f"the tempo did not stay at {self._bpm} but went to {live.watch.latest('/tempo/bpm')}.")
        self.plug(live)
        if not live.wait(lambda: self._follows(live), BACK_S):
            self.wrong.append("the clock is not followed again.")

    def complaints(self, live: LiveSet) -> list[str]:
        return self.wrong


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
