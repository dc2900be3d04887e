"""The engine of a soak that is faster than time, with controllers in memory, and what it tells of itself.

Imported only in the process of ``soak_stage``, after the soak's clock is in its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, TypeVar

from liveriff.control.midi.memory import MemoryBackend
from liveriff.drill import soak_player
from liveriff.drill.soak_clock import SoakClock, real_monotonic, stand_in
from liveriff.drill.soak_drift import Ledger, Looping, worst
from liveriff.drill.soak_loop import FASTEST, OPENING, RENDERING, Pace, loop
from liveriff.engine import hands, hub, playing, rendering
from liveriff.engine.hub import Hub
from liveriff.engine.options import PlayOptions, RimOptions
from liveriff.engine.scenes import apply, load_scene
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS
from liveriff.render.catalog import find
from liveriff.wire.messages import SetGrid

LOOK_S = 0.1
"""The engine looks so often at its clock: six times as seldom as on a stage, which is what makes hours short."""
TELL_S, DRIFT_S = 20.0, 2.0
AGAIN_S = (0.3, 0.7, 1.0)
"""After which a loop that was off its beat is looked at again: drift stays. A message that a busy machine keeps from
the player for some milliseconds takes half a second of this clock."""
HOST = "127.0.0.1"
CONTROLLERS = ("APC mini mk2", "Launch Control XL", "nanoKONTROL2")


def perform(clock: SoakClock, plan: Mapping[str, Any]) -> None:
    """Play by the plan: model, block, hours, osc, door (ports), told (a file for what is told)."""
    midi = MemoryBackend()
    stand_in(hub, "TICK_S", LOOK_S)
    stand_in(playing, "player_main", soak_player.main)
    stand_in(hands, "open_backend", lambda api="": midi)
    stand_in(rendering, "time", SimpleNamespace(monotonic=real_monotonic))  # by which a renderer hangs or loads
    show = Show(clock, plan, midi)
    asyncio.set_event_loop(own := loop(clock, Pace(show.times)))
    try:
        own.run_until_complete(show.run())
    finally:
        clock.release()
        own.close()


class Show:
    """One performance."""

    def __init__(self, clock: SoakClock, plan: Mapping[str, Any], midi: MemoryBackend) -> None:
        """Nothing is opened yet."""
        self._clock, self._plan, self._midi = clock, plan, midi
        self._ledger: Ledger | None = None
        self._off = 0.0
        self._told = Path(plan["told"]).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115 - for as long as we live
        registry, model = Registry(), str(plan["model"])
        apply(load_scene(str(plan["scene"])), registry)
        for deck in DECKS:
            registry.set(f"/deck/{deck}/model", model, "cli")
        rim = RimOptions("memory", (), (HOST, int(plan["osc"])), True, None, (HOST, int(plan["door"])), True)
        options = PlayOptions(
            "null", "", int(plan["rate"]), int(plan["block"]), model=model, cache_dir=plan["cache"], rim=rim,
            log=str(plan["log"]),
        )  # fmt: skip
        info = find(model).info()
        self.hub = Hub(registry, options, {model: info.version}, self._notice, frozenset({model}))
        # However it ends, the end waits for processes, which live by the machine's clock.
        setattr(self.hub, "_close", _after(self.hub._close, clock.release))  # noqa: B010 - mypy takes it for a method

    def times(self) -> float:
        """So many times faster than the machine's may time go now."""
        renderer = getattr(self.hub.stage, "renderer", None)
        if renderer is None or renderer.state != "ready":
            return OPENING
        return FASTEST if renderer.idle else RENDERING

    def _notice(self, sentence: str) -> None:
        self._tell(notice=sentence)

    def _tell(self, **what: object) -> None:
        self._told.write(json.dumps({"s": round(self._clock.now(), 3), **what}) + "\n")

    # --- life --------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Play for the plan's hours."""
        aside = [asyncio.ensure_future(each) for each in (self._watch(), self._drift(), self._hands(), self._end())]
        try:
            await self.hub.run()
        finally:
            for task in aside:
                task.cancel()
            self._tell(over=True, **self._totals())

    async def _end(self) -> None:
        await asyncio.sleep(3600.0 * float(self._plan["hours"]) - self._clock.now())
        self.hub.stop()

    # --- what it tells -----------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        parent = os.getppid()
        while True:
            await asyncio.sleep(TELL_S)
            if os.getppid() != parent:  # nobody watches any more
                self.hub.stop()
            with contextlib.suppress(AttributeError):  # not all of the stage is there yet
                self._tell(**self._counts())

    def _counts(self) -> dict[str, object]:
        stage = self.hub.stage
        lent = hub.PAD_SLOTS - stage.pads.lending.free
        return {
            "tasks": len(asyncio.all_tasks()),
            "threads": threading.active_count(),
            "blocks": sys.getallocatedblocks(),
            "garbage": len(gc.garbage),
            "slots": hub.SLOTS - stage.book.lending.free,
            "pad_slots": lent,
            "pad_slots_astray": lent - sum(len(state.slots) for state in stage.pads.states.values()),
            **self._totals(),
            "strokes": stage.player.gauges["strokes"],
            "late_strokes": stage.player.gauges["late_strokes"],
            "frame": stage.player.gauges["frame"],
            "player_restarts": stage.player.restarts,
            "renderer_restarts": stage.renderer.restarts,
            "off_frames": self._off,
            "grid_off_frames": self._ledger.worst_frames if self._ledger else 0.0,
            "tempi": self._ledger.changes if self._ledger else 0,
        }

    def _totals(self) -> dict[str, object]:
        tally = self.hub.stage.tally
        return {
            "rendered": tally.rendered, "cached": tally.from_cache, "late": tally.late, "refused": tally.refused,
            "swapped": tally.swapped,
        }  # fmt: skip

    async def _drift(self) -> None:
        """Look where the player's loops are, every so often."""
        while not self.hub.opened:
            await asyncio.sleep(0.1)
        stage = self.hub.stage
        ledger = self._ledger = Ledger(stage.time.rate)
        stage.player.listeners.append(lambda _, said: ledger.told(said.grid) if isinstance(said, SetGrid) else None)
        for name in ("nudge", "jump"):  # hands that move the beats
            setattr(stage.time, name, _after(getattr(stage.time, name), ledger.moved))
        ledger.told(stage.time.transport.grid)
        while True:
            await asyncio.sleep(DRIFT_S)
            if self._off_frames() > self._off:  # or a slice is just being let go
                self._off = max(self._off, await self._stays_off())

    async def _stays_off(self) -> float:
        off = self._off_frames()
        for wait_s in AGAIN_S:
            await asyncio.sleep(wait_s)
            off = min(off, self._off_frames())
        if off >= 1.0:
            states = self.hub.stage.book.states.values()
            self._tell(stray=[off, str(self.hub.stage.time.transport.grid), *(str(state.playing) for state in states)])
        return off

    def _off_frames(self) -> float:
        stage = self.hub.stage
        gauges, grid, opened = stage.player.gauges.snapshot(), stage.time.transport.grid, stage.player.opened
        if grid is None or opened is None or not stage.time.steady:
            return 0.0
        frame = int(gauges["frame"]) + round(opened.ahead_s * opened.rate)
        if frame < grid.frame + opened.block:
            return 0.0  # the grid before it still counts
        loops = {}
        for deck, state in stage.book.states.items():
            held = any(stage.registry.get(f"/deck/{deck}/{what}") != "off" for what in ("loop", "repeat"))
            if state.playing is not None and not held and gauges[f"deck{deck}_slot"] == state.playing.slot:
                job = state.playing.job
                loops[deck] = Looping(job.beats, job.frames, gauges[f"deck{deck}_loop"])
        return worst(grid, frame, loops)

    # --- controllers -------------------------------------------------------------------------------------------------

    async def _hands(self) -> None:
        """Controllers are plugged in, played and pulled out."""
        dice = Random(int(self._plan["seed"]))
        while True:
            device = self._midi.plug(dice.choice(CONTROLLERS))
            for _ in range(dice.randint(200, 1200)):
                await asyncio.sleep(0.25)
                device.play(_message(dice))
                device.received.clear()
            device.unplug()
            await asyncio.sleep(dice.uniform(5.0, 60.0))


Given = TypeVar("Given")


def _after(call: Callable[..., Given], first: Callable[[], None]) -> Callable[..., Given]:
    """``call`` with something done before it."""

    def both(*args: object, **named: object) -> Given:
        first()
        return call(*args, **named)

    return both


def _message(dice: Random) -> bytes:
    """A knob, or a pad pressed or let go."""
    number, value = dice.randrange(128), dice.randrange(128)
    return bytes((dice.choice((0xB0, 0xB0, 0x90, 0x80)), number, value))
