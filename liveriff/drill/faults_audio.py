"""Faults of the audio server, and of what plays over it: controllers and clocks."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise

from liveriff.drill.acts import Act
from liveriff.drill.liveset import LiveSet, Plan
from liveriff.errors import DeviceError

BACK_S = 20.0
BOUND_S = 2.0 + 1.0  # what is promised, and the time for the ports to appear
KEYS, CLOCK = "drill-keys", "drill-clock"
TURNED = "/deck/1/pan"
"""What no other hand of the drill touches."""
BOUND = f'[[binding]]\ncontrol = "knob/6"\npath = "{TURNED}"\n'
"""``jackhand_program.KNOB`` by the profile for whatever has none of its own."""
PULLED_AT = 0.2  # of -1 to 1; a hand that comes back begins at -1
JUMP = 0.4  # in one reading: half a second of turning, so that a busy machine is no fault


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
    """A controller. What its knob turns is turned by nobody else, so whatever becomes of that is its doing: it follows,
    stays where it was when the plug was pulled, and is picked up where the hand meets it."""

    def __init__(self) -> None:
        """Nothing has been turned yet."""
        super().__init__()
        self._began = 0.0

    def prepare(self, plan: Plan) -> None:
        super().prepare(plan)
        (plan.home.performer / "bindings.toml").write_text(BOUND)

    def _there(self, live: LiveSet) -> bool:
        return "keys" in str(live.watch.latest("/status/midi") or "")

    def _expect(self, live: LiveSet, there: bool, patience_s: float) -> None:
        if not live.wait(lambda: self._there(live) == there, patience_s):
            self.wrong.append(f"the controller is not {'bound' if there else 'let go'} within {patience_s:.0f} s.")

    def begin(self, live: LiveSet) -> None:
        self._began = time.monotonic()
        self.plug(live)
        self._expect(live, True, BACK_S)
        # Its successor begins far from there, where a jump would be seen.
        if not live.wait(lambda: _number(live.watch.latest(TURNED)) > PULLED_AT, BACK_S):
            self.wrong.append("the controller is not followed.")
        self.pull()
        self._expect(live, False, BACK_S)

    def lift(self, live: LiveSet) -> None:
        self.plug(live)
        self._expect(live, True, BOUND_S)
        self._bound = time.monotonic()

    def complaints(self, live: LiveSet) -> list[str]:
        if not live.wait(lambda: live.watch.first(TURNED, self._bound), BACK_S):
            self.wrong.append("the controller is not followed again.")
        values = [_number(value) for value in live.watch.values(TURNED, self._began)]
        return [*self.wrong, *jumps(values)]


def jumps(values: Sequence[float]) -> list[str]:
    """A sentence for the worst leap of a value that is turned by a slow hand, if there is one."""
    far = max((abs(after - before) for before, after in pairwise(values)), default=0.0)
    return [f"what the controller turns jumped by {far:.2f}."] if far > JUMP else []


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
