"""MIDI at the engine: controllers play the parameters and show them, clocks come in and go out.

Touches come on the driver's thread: pads are struck there and then, all else goes to the engine's loop, which owns
the mapping. ``tick`` paints the lights.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from liveriff.control.clock.midi_in import MidiClockIn
from liveriff.control.clock.midi_out import ClockOut
from liveriff.control.mapping import files
from liveriff.control.mapping.actions import Hooks
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.lights import Lights
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.midi.backend import open_backend
from liveriff.control.midi.clock_ports import ClockPorts
from liveriff.control.midi.devices import MidiDevices
from liveriff.control.midi.library import FOLDER, Library
from liveriff.control.surface import Strike, Touch
from liveriff.engine.options import RimOptions
from liveriff.engine.scenes import list_scenes
from liveriff.engine.scenes_files import user_folder
from liveriff.engine.stage import Stage
from liveriff.engine.sync import Sync
from liveriff.errors import LiveriffError

if TYPE_CHECKING:
    from liveriff.control.mapping.bindings import Binding

LOOK_S = 1.0  # the performer's bindings are looked at so often


class Hands:
    """All controllers. Engine's loop only, but for the three callbacks of the driver's and the watcher's threads."""

    def __init__(self, stage: Stage, strike: Strike, options: RimOptions, sync: Sync) -> None:
        """Nothing is opened yet."""
        self._loop = asyncio.get_running_loop()
        self._stage, self._options, self._sync = stage, options, sync
        self._own = user_folder() / files.NAME
        self._stamp: float | None = None
        self._scenes = stage.bindings
        self._looked = time.monotonic()
        hooks = Hooks(self._scene, self._step_scene, self._repaint)
        self.mapping = Mapping(stage.registry, self._bindings(), strike, stage.notice, hooks=hooks)
        self.lights = Lights(stage.registry, self.mapping)
        self._clock_in = MidiClockIn(self._loop, sync.tick)
        self._clock_out = ClockOut()
        api = "" if options.midi == "auto" else options.midi
        notice = self._from_thread(stage.notice)
        self.devices = MidiDevices(
            partial(open_backend, api),
            Library(user_folder() / FOLDER, notice),
            self._touched,
            self._clock_in.on_clock,
            notice,
            self._from_thread(self._devices_changed),
        )
        self._clock_ports = ClockPorts(partial(open_backend, api), options.clock_out, self._clock_out, notice)

    async def open(self) -> None:
        """Begin to look for controllers."""
        self._sync.add("midi", self._clock_in)
        self._sync.outputs.append(self._clock_out.follow)
        self.devices.start()
        if self._options.clock_out:
            self._clock_out.start()
            self._clock_ports.start()

    async def close(self) -> None:
        """Lights off, ports closed: off the loop, for a dying driver takes its time, and a dead one never ends."""
        self.lights.close()
        closed = asyncio.Event()

        def close() -> None:
            for each in (self.devices, self._clock_out, self._clock_ports):
                each.close()
            self._from_thread(closed.set)()

        threading.Thread(target=close, name="midi-closer", daemon=True).start()
        await closed.wait()

    @property
    def names(self) -> list[str]:
        """Controllers that are there."""
        return [device.title for device in self.devices.devices()]

    # --- other threads -----------------------------------------------------------------------------------------------

    def _touched(self, touch: Touch) -> None:
        """ON THE DRIVER'S THREAD: pads now, the rest on the loop."""
        taken = self.mapping.fast(touch)
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self.mapping.touch, touch, taken)

    def _from_thread(self, call: Callable[..., object]) -> Callable[..., None]:
        def post(*args: object) -> None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call, *args)

        return post

    # --- the loop ----------------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Long presses, lights, and the bindings where they have changed."""
        self.mapping.tick(now)
        for device in self.mapping.devices():
            self.devices.show(device, self.lights.news(device))
        beat = float(self._stage.time.beat()) if self._stage.time.running else None
        self.devices.tick(now, beat)
        if now - self._looked >= LOOK_S:
            self._looked = now
            if self._own_stamp() != self._stamp or self._stage.bindings is not self._scenes:
                self.mapping.set_bindings(self._bindings())

    def _devices_changed(self) -> None:
        there = {device.name: device for device in self.devices.devices()}
        self.mapping.present({name: device.controls for name, device in there.items()})
        self._stage.registry.publish("/status/midi", ", ".join(device.title for device in there.values()))

    def _bindings(self) -> tuple[Binding, ...]:
        """The default map under the performer's own under the scene's; a file that is wrong is told and left out."""
        self._stamp, self._scenes = self._own_stamp(), self._stage.bindings
        try:
            own = files.load(self._own)
        except LiveriffError as error:
            self._stage.notice(str(error))
            own = ()
        return files.merge(default_bindings(), own, self._scenes)

    def _own_stamp(self) -> float | None:
        try:
            return Path(self._own).stat().st_mtime
        except OSError:
            return None

    # --- what buttons ask for ----------------------------------------------------------------------------------------

    def _scene(self, number: int) -> None:
        scenes = [listing.name for listing in list_scenes()]
        if 1 <= number <= len(scenes):
            self._stage.registry.set("/scene", scenes[number - 1], "midi")

    def _step_scene(self, steps: int) -> None:
        scenes = [listing.name for listing in list_scenes()]
        here = str(self._stage.registry.get("/scene"))
        place = scenes.index(here) if here in scenes else 0
        self._scene((place + steps) % len(scenes) + 1)

    def _repaint(self) -> None:
        self.lights.repaint()
        self.devices.repaint()
