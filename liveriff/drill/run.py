"""One fault done to one performance, and measured. The drill's main thread."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from liveriff.drill import gaps, needs
from liveriff.drill.acts import Act
from liveriff.drill.ear import Ear, Heard, of_film
from liveriff.drill.hands import Hands, rest
from liveriff.drill.home import Home, leftovers
from liveriff.drill.jackserver import RATE, JackServer
from liveriff.drill.judge import ALIKE, judge, late_alone, missed
from liveriff.drill.lateness import late, of_player
from liveriff.drill.liveset import LiveSet, Plan
from liveriff.drill.outcome import FAILED, SKIPPED, Outcome
from liveriff.drill.table import Fault
from liveriff.drill.watch import COUNTED, Watch
from liveriff.errors import LiveriffError

CALM_S = 4.0
"""Before the fault: what is lost then, the machine loses by itself."""
SETTLED_S, SETTLE_MOST_S = 3.0, 40.0
RECOVER_S = 30.0
CODA_S = 2.5
BACK_S = 6.0
"""After hands are off: by then the loops that were on their way have landed, and have been heard twice."""
LEFT_S = 10.0
POINTS = 600
LOOP_BEATS, BPM = 8, 124.0
"""Of the scene whose loops are compared: every deck's are as long."""


@dataclass(frozen=True)
class Setting:
    """What the drill is run with. seconds_each: the least that a fault lasts, 0 for its own; ear: "auto" or "file"."""

    scene: str = "house"
    model: str = "embedded"
    seconds_each: float = 0.0
    seed: int = 1
    ear: str = "auto"


TRIES = 3
"""A fault that makes the player late does so each time; a machine that does other work is busy now and then."""


def drill(fault: Fault, setting: Setting, folder: Path) -> Outcome:
    """Do it, in a home of its own below ``folder``, which is removed afterwards; again where nothing was wrong but that
    the player was late, TRIES times in all."""
    missing = needs.first_missing(fault.needs)
    if missing:
        return Outcome(fault.name, fault.sentence, fault.expected, SKIPPED, [f"{missing}."])
    earlier: list[int] = []
    outcome = _done(fault, setting, folder)
    while late_alone(outcome) and len(earlier) < TRIES - 1:
        earlier.append(outcome.missed)
        outcome = _done(fault, setting, folder)
    outcome.earlier = earlier
    return outcome


def _done(fault: Fault, setting: Setting, folder: Path) -> Outcome:
    outcome = Outcome(fault.name, fault.sentence, fault.expected)
    began, place = time.monotonic(), folder / fault.name
    try:
        _Run(fault, setting, place, outcome).run()
    except (LiveriffError, OSError, subprocess.SubprocessError) as error:  # the other faults are done all the same
        outcome.verdict, outcome.why = FAILED, [str(error)]
    finally:
        shutil.rmtree(place, ignore_errors=True)
    outcome.took_s = time.monotonic() - began
    return outcome


class _Run:
    """One run; ``outcome`` is filled in."""

    def __init__(self, fault: Fault, setting: Setting, place: Path, outcome: Outcome) -> None:
        self._fault, self._setting, self._outcome = fault, setting, outcome
        self._act: Act = fault.act()
        self._home = Home(place)
        self._scratch = place / "scratch"
        self._scratch.mkdir()
        self._film = self._home.sound / "heard.wav"
        self._heard_from = self._began = self._lifted = self._over = 0.0
        self._late_before = 0
        self._complaints: list[str] = []

    @property
    def _by_jack(self) -> bool:
        return self._fault.ear == "any" and self._setting.ear == "auto" and not needs.first_missing(("jack",))

    def run(self) -> None:
        """The whole of it."""
        with contextlib.ExitStack() as stack:
            jack = stack.enter_context(JackServer(self._scratch / "jackd.log")) if self._by_jack else None
            ear = Ear(self._scratch, RATE) if jack else None
            plan = self._plan(jack)
            live = LiveSet(plan)
            stack.callback(self._home.end)
            stack.callback(live.abandon)
            stack.callback(self._act.finish, live)  # also where the drill is broken off
            live.begin()
            if ear and jack:  # after the player, see ``lateness``
                ear.start(jack.env)
                stack.callback(ear.stop)
            self._perform(live, ear)
            status, report = live.end()
            if ear:
                ear.stop()
            self._complaints += self._act.finish(live)
            heard = ear.heard() if ear else of_film(self._film, report.get("first_downbeat_clock_s"), RATE)
            self._measure(live, heard, status)
        judge(self._fault, self._outcome, self._act.renders, self._complaints)

    def _plan(self, jack: JackServer | None) -> Plan:
        setting = self._setting
        sink = "device" if jack else f"wav:{self._film}"
        arguments = [
            "--scene", setting.scene, "--sink", sink, "--no-cache", "--set", f"/tempo/bpm={BPM:g}",
            *(option for deck in (1, 2, 3, 4) for option in ("--set", f"/deck/{deck}/beats={LOOP_BEATS}")),
        ]  # fmt: skip
        plan = Plan(self._home, arguments, setting.model, self._scratch, setting.seed, jack)
        self._act.prepare(plan)
        if "--midi" not in plan.arguments:
            plan.arguments += ["--midi", "off"]
        return plan

    # --- the set -----------------------------------------------------------------------------------------------------

    def _perform(self, live: LiveSet, ear: Ear | None) -> None:
        jack = live.plan.jack
        self._settle(live)
        with Hands(live, busy=not self._act.rests):
            self._heard_from, calm = time.monotonic(), jack.mark() if jack else 0
            live.wait(lambda: False, CALM_S)
            live.instrument.look()
            self._began, mark = time.monotonic(), jack.mark() if jack else 0
            self._act.begin(live)
            hold = max(self._act.hold_s, self._setting.seconds_each)
            live.wait(lambda: False, self._began + hold - time.monotonic())
            self._lift(live, ear)
            self._recover(live)
            self._complaints += self._act.complaints(live)
            live.wait(lambda: False, CODA_S + (LOOP_BEATS * 60 / BPM if self._act.rests else 0.0))
            live.instrument.look()
            self._over = time.monotonic()
            if jack:
                self._outcome.late = late(jack.said(mark))
                self._late_before = of_player(late(jack.said(calm))) - of_player(self._outcome.late)

    def _lift(self, live: LiveSet, ear: Ear | None) -> None:
        jack, again = live.plan.jack, self._act.restarts_server
        if ear and jack and again:  # what listened to the server that is gone hears nothing any more
            ear.stop()
            ear.prepare(jack.env)
        self._lifted = time.monotonic()
        self._act.lift(live)
        if ear and again:
            ear.ready()
        if self._act.looks_from_lift:
            self._lifted = time.monotonic()

    def _settle(self, live: LiveSet) -> None:
        """Wait until all decks have what they want, so that hands off means that nothing changes."""
        live.wait(lambda: live.watch.readings, SETTLE_MOST_S)
        if not self._act.rests:
            return
        live.wait(lambda: _still(live.watch, SETTLED_S), SETTLE_MOST_S)
        rest(live)
        live.wait(lambda: False, BACK_S)

    def _recover(self, live: LiveSet) -> None:
        """Wait for a new chunk, or for the clock to run."""
        if self._act.renders:
            live.wait(lambda: live.watch.first("/status/x_realtime", self._proved_from(live)), RECOVER_S)
        else:
            live.wait(lambda: _runs(live.watch), RECOVER_S)

    @property
    def _since(self) -> float:
        return self._lifted if self._act.from_lift else self._began

    def _proved_from(self, live: LiveSet) -> float:
        """From when on a chunk proves that there is a renderer again: one may have been on its way when the old one
        died, so not before the performer is told of that."""
        if self._act.from_lift or not self._fault.says:
            return self._since
        told = (said.at for said in live.said if said.at >= self._since and re.search(self._fault.says, said.text))
        return next(told, float("inf"))

    # --- what came of it ---------------------------------------------------------------------------------------------

    def _measure(self, live: LiveSet, heard: Heard, status: int | None) -> None:
        outcome, watch, since = self._outcome, live.watch, self._since
        outcome.ear, outcome.status = "jack" if self._by_jack else "file", status
        outcome.underruns, outcome.late_blocks, outcome.late_chunks, outcome.refused = (
            watch.count(path, self._began) for path in COUNTED
        )
        before = [
            max(0.0, watch.count(path, self._heard_from) - watch.count(path, self._began)) for path in COUNTED[:2]
        ]
        outcome.underruns_before = before[0]
        outcome.missed = missed(outcome)
        outcome.missed_before = max(self._late_before, round(before[1])) if self._by_jack else round(before[0])
        rendered, new = watch.first("/status/x_realtime", self._proved_from(live)), watch.first_heard(since)
        outcome.rendered_s = None if rendered is None else round(rendered - since, 2)
        outcome.heard_s = None if new is None else round(new - since, 2)
        outcome.told = [(round(said.at - self._heard_from, 2), said.text) for said in live.said]
        outcome.noise = [line for each in (*live.past, live.instrument) for line in each.noise]
        self._listen(heard)
        outcome.left = leftovers(self._home, live.pids, LEFT_S)

    def _listen(self, heard: Heard) -> None:
        outcome = self._outcome
        start, end = max(0.0, heard.second(self._heard_from)), min(heard.seconds, heard.second(self._over))
        fault = heard.second(self._lifted if self._act.looks_from_lift else self._began)
        found = gaps.gaps(heard.sound, heard.rate)
        after = gaps.within(found, fault, end)
        outcome.seconds, outcome.played_s = round(end - start, 1), round(self._over - self._heard_from, 1)
        outcome.dropped = gaps.blocks(after, heard.rate)
        outcome.dropped_before = gaps.blocks(gaps.within(found, start, heard.second(self._began)), heard.rate)
        outcome.longest_gap_s = round(max((gap.length_s for gap in after), default=0.0), 4)
        outcome.gaps = [
            (round(gap.start_s - start, 3), round(gap.length_s, 4)) for gap in gaps.within(found, start, end)
        ]
        outcome.marks_s = (round(heard.second(self._began) - start, 2), round(heard.second(self._lifted) - start, 2))
        part = heard.sound[round(start * heard.rate) : round(end * heard.rate)]
        outcome.levels = [round(float(peak), 4) for peak in gaps.level(part, POINTS)]
        if self._act.rests:
            self._compare(heard, end)

    def _compare(self, heard: Heard, end: float) -> None:
        before, loop_s = heard.second(self._began) - 2.5, LOOP_BEATS * 60 / BPM
        calm = gaps.phase(heard.sound, heard.rate, before - loop_s, before, loop_s)
        if calm and calm.likeness < ALIKE:
            self._complaints.append("the loops did not repeat before the fault, so the beat cannot be compared.")
        found = gaps.phase(heard.sound, heard.rate, before, end - 2.5, loop_s)
        if found:
            self._outcome.phase_ms, self._outcome.likeness = round(found.late_s * 1000, 1), round(found.likeness, 3)


def _still(watch: Watch, seconds: float) -> bool:
    """Whether no deck has got anything new for so long."""
    return watch.first_heard(time.monotonic() - seconds) is None


def _runs(watch: Watch) -> bool:
    """Whether the player's clock runs now."""
    frames = watch.values("/status/frame", time.monotonic() - 1.0)
    return len(set(map(str, frames))) > 2
