"""All MIDI controllers, as the engine sees them: touches and clocks come in, lights go out, devices come and go.

    devices = MidiDevices(partial(open_backend, api), Library(folder), on_touch, on_clock, notice, on_change)
    devices.start()
    ...
    devices.show("akai-apc-mini-mk2", {"pad/1": Light("red", "pulse")})
    wait_s = devices.tick(time.monotonic(), beat)          # 20 times a second, or after wait_s if that is sooner
    ...
    devices.close()

Threads: ``on_touch`` and ``on_clock`` are called ON THE DRIVER'S THREAD (over JACK its real-time thread: post and
return); a few late touches on the thread of ``tick``. ``notice`` and ``on_change`` are called on the port watcher's
thread, and from ``close``. Everything else here belongs to one thread, the engine's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from liveriff.control.midi.backend import MidiBackend
from liveriff.control.midi.binding import Pair
from liveriff.control.midi.device import Device, OnClock, OnHeard, OnTouch
from liveriff.control.midi.library import Library
from liveriff.control.midi.ports import PortWatcher
from liveriff.control.surface import Light

Lights = dict[str, Light]


@dataclass(frozen=True)
class DeviceInfo:
    """A controller that is there.

    name: the instance, as in ``Touch.device``; title: for people; controls and lights: names, as in its profile;
    received and dropped: messages since it came.
    """

    name: str
    title: str
    profile: str
    confidence: str
    source: str
    sink: str
    controls: tuple[str, ...]
    lights: tuple[str, ...]
    received: int
    dropped: int


class MidiDevices:
    """The controllers. A context manager: starts and closes."""

    def __init__(
        self,
        open_backend: Callable[[], MidiBackend],
        library: Library,
        on_touch: OnTouch,
        on_clock: OnClock = lambda device, data, time_s: None,
        notice: Callable[[str], None] = lambda sentence: None,
        on_change: Callable[[], None] = lambda: None,
        on_heard: OnHeard | None = None,
    ) -> None:
        """Nothing is opened yet.

        open_backend is called again when its MIDI service has died; on_heard gets every message with its meaning, on
        the driver's thread, for those who watch.
        """
        self._on_touch, self._on_clock, self._on_heard = on_touch, on_clock, on_heard
        self._library = library
        self._wishes: dict[str, Lights] = {}
        self._known: dict[str, Device] = {}
        self.watcher = PortWatcher(open_backend, library, self._connect, notice, on_change)

    def start(self) -> None:
        """Begin to look for devices; those that are there come within moments."""
        self.watcher.start()

    def close(self) -> None:
        """Blank all lights, hand the devices back, close all ports."""
        self.watcher.close()

    def __enter__(self) -> MidiDevices:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _connect(self, backend: MidiBackend, name: str, pair: Pair) -> Device:
        """Open a device, on the watcher's thread; ``tick`` then shows what was wished for its lights."""
        device = Device(name, pair, self._on_touch, self._on_clock, self._on_heard)
        device.open(backend)
        return device

    # --- the engine's thread ------------------------------------------------------------------------------------------

    def _devices(self) -> dict[str, Device]:
        """What is open now."""
        return {name: device for name, (_, device) in self.watcher.open.items() if isinstance(device, Device)}

    def devices(self) -> list[DeviceInfo]:
        """The controllers that are there, in the order of their arrival."""
        return [_info(device) for device in self._devices().values()]

    def show(self, device: str, lights: Mapping[str, Light]) -> None:
        """Wish for lights of a device by control, also of one that is away: they are shown when it comes."""
        self._wishes[device] = {**self._wishes.get(device, {}), **lights}
        if found := self._devices().get(device):
            found.show(lights)

    def repaint(self, device: str = "") -> None:
        """Send all lights again, of one device or of all."""
        for name, found in self._devices().items():
            if device in ("", name):
                found.repaint()

    def send(self, device: str, data: bytes) -> None:
        """Send one message to a device as it is; nothing happens if it is away."""
        if found := self._devices().get(device):
            found.send(data)

    def tick(self, now_s: float, beat: float | None = None) -> float:
        """Let lights and late touches go out; returns the seconds until there is more to do, infinity for nothing.

        now_s: ``time.monotonic()``; beat: where the music is, so that lights blink with it. Never waits.
        """
        present = self._devices()
        for name, device in present.items():
            if self._known.get(name) is not device:  # wished for while it was being opened
                device.show(self._wishes.get(name, {}))
        self._known = present
        return min((device.tick(now_s, beat) for device in present.values()), default=float("inf"))


def _info(device: Device) -> DeviceInfo:
    profile, pair = device.pair.profile, device.pair
    return DeviceInfo(
        name=device.name,
        title=pair.title,
        profile=profile.id,
        confidence=profile.confidence,
        source=pair.source.name,
        sink=pair.sink.name if pair.sink else "",
        controls=tuple(dict.fromkeys(control.name for control in profile.controls if control.source != "none")),
        lights=tuple(profile.lit()) if pair.sink else (),
        received=device.received,
        dropped=device.dropped,
    )
