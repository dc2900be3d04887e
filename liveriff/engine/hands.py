"""Controllers at the engine: they play the parameters and show them, MIDI clocks come in and go out.

Touches come on the driver's thread: pads are struck there and then, all else goes to the engine's loop, which owns
the mapping; so do apps that speak OSC with addresses of their own. ``tick`` paints the lights. With MIDI off no port
is opened, and the readings say so.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial

from liveriff.control.clock.midi_in import MidiClockIn
from liveriff.control.clock.midi_out import ClockOut
from liveriff.control.mapping import files
from liveriff.control.mapping.actions import Hooks
from liveriff.control.mapping.bindings import OSC
from liveriff.control.mapping.lights import Lights
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.midi.backend import open_backend
from liveriff.control.midi.clock_ports import ClockPorts
from liveriff.control.midi.devices import MidiDevices
from liveriff.control.midi.library import FOLDER, Library
from liveriff.control.surface import Strike, Touch
from liveriff.engine.learning import Learning
from liveriff.engine.learning_text import absent
from liveriff.engine.options import RimOptions
from liveriff.engine.scenes import list_scenes
from liveriff.engine.scenes_files import user_folder
from liveriff.engine.stage import Stage
from liveriff.engine.strays import Strays
from liveriff.engine.sync import Sync


class Hands:
    """All controllers. Engine's loop only, but for the three callbacks of the driver's and the watcher's threads."""

    def __init__(self, stage: Stage, strike: Strike, options: RimOptions, sync: Sync) -> None:
        """Nothing is opened yet."""
        self._loop = asyncio.get_running_loop()
        self._stage, self._options, self._sync = stage, options, sync
        hooks = Hooks(self._scene, self._step_scene, self._repaint)
        self.mapping = Mapping(stage.registry, (), strike, stage.notice, hooks=hooks)
        self.lights = Lights(stage.registry, self.mapping)
        self.learning = Learning(
            stage.registry,
            self.mapping,
            stage.notice,
            user_folder() / files.NAME,
            lambda: stage.bindings,
            lambda: self.names,
            absent(self._is_on, options.osc is not None),
        )
        self.strays = Strays(stage.registry, self.mapping, self.learning)
        if options.osc:
            self.mapping.connected(OSC)
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
        if not self._is_on:
            return
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
    def _is_on(self) -> bool:
        return self._options.midi != "off"

    @property
    def names(self) -> list[str]:
        """Controllers that are there."""
        return [device.title for device in self.devices.devices()] + (["OSC"] if self.strays.spoke else [])

    # --- other threads -----------------------------------------------------------------------------------------------

    def _touched(self, touch: Touch) -> None:
        """ON THE DRIVER'S THREAD: pads now, the rest on the loop."""
        taken = self.mapping.fast(touch)
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._arrived, touch, taken)

    def _from_thread(self, call: Callable[..., object]) -> Callable[..., None]:
        def post(*args: object) -> None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call, *args)

        return post

    # --- the loop ----------------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Long presses, lights, and what is learnt."""
        self.mapping.tick(now)
        self.learning.tick(now)
        self.strays.tick(now)
        for device in self.mapping.devices():
            if device != OSC:
                self.devices.show(device, self.lights.news(device))
        beat = float(self._stage.time.beat()) if self._stage.time.running else None
        self.devices.tick(now, beat)

    def _arrived(self, touch: Touch, taken: bool) -> None:
        self.learning.touch(touch)
        self.mapping.touch(touch, taken)

    def _devices_changed(self) -> None:
        there = {device.name: device for device in self.devices.devices()}
        apps: dict[str, tuple[str, ...]] = {OSC: ()} if self._options.osc else {}
        self.mapping.present({**{name: device.controls for name, device in there.items()}, **apps})
        self._stage.registry.publish("/status/midi", ", ".join(device.title for device in there.values()))

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
