"""Touches in, changes out: the door of this room.

Two ways lead in. ``fast`` is called on the driver's thread and strikes pads at once; ``touch`` is called on the
engine's loop with every touch, and does all the rest. All other methods belong to the engine's loop.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from dataclasses import replace
from types import MappingProxyType

from liveriff.control.mapping.acting import Hands, origin_of
from liveriff.control.mapping.actions import BANK, PROGRAM, Actions, Hooks
from liveriff.control.mapping.bindings import OSC, Binding
from liveriff.control.mapping.encodings import clicks, seven_bits
from liveriff.control.mapping.fast import FastPads, force, hit, pad_of
from liveriff.control.mapping.layers import Layers, Place
from liveriff.control.mapping.lookup import Lookup
from liveriff.control.mapping.pressing import Bound, Presses
from liveriff.control.mapping.reading import is_button
from liveriff.control.mapping.takeover import Ghost
from liveriff.control.surface import Strike, Touch
from liveriff.errors import UsageError
from liveriff.params.kinds_worded import Trigger
from liveriff.params.registry import Registry

Key = tuple[str, str]
PRESS_AT = 0.5  # where a control that sends positions counts as a button that is down
NOTICE_EVERY_S = 1.0


class Mapping:
    """What every control does now.

    here: page, shift, focus; version: counts up when lights must be looked at anew (layer, bindings, devices);
    refused: touches that could not be obeyed; on_touch: told the device and control of every touch.
    """

    def __init__(
        self,
        registry: Registry,
        bindings: Iterable[Binding],
        strike: Strike,
        notice: Callable[[str], object] = lambda sentence: None,
        clock: Callable[[], float] = time.monotonic,
        hooks: Hooks | None = None,
    ) -> None:
        """``strike`` plays pads from any thread; ``notice`` is told one sentence a second at most when a touch cannot
        be obeyed; ``clock`` is the one that stamps touches."""
        self.version = 0
        self.refused = 0
        self.touched: dict[Key, float] = {}  # when a control moved last, and
        self.pressed: dict[Key, float] = {}  # when it was pressed last, seconds of the clock
        self.on_touch: Callable[[str, str], object] = lambda device, control: None
        self._registry, self._strike, self._notice, self._clock = registry, strike, notice, clock
        self._noticed_at = -NOTICE_EVERY_S
        self._devices: dict[str, tuple[str, ...]] = {}
        self._shown: dict[str, Map[str, tuple[Binding, ...]]] = {}
        self._lookup = Lookup()
        self._layers = Layers(self._moved)
        self._hands = Hands(registry)
        self._presses = Presses(self._act)
        self._actions = Actions(self._layers, hooks or Hooks(), self._set_number)
        self._fast = FastPads(strike)
        self._intercept: Callable[[Touch], bool] | None = None
        self._edges: dict[Key, bool] = {}
        self.set_bindings(bindings)
        registry.subscribe(lambda change: self._moved(), BANK)

    # --- touches -------------------------------------------------------------------------------------------------

    def fast(self, touch: Touch) -> bool:
        """Any thread: strike the pad that the control plays, or let it go; True if that was all there was to do. Then
        hand touch and answer to ``touch``, on the loop."""
        return self._fast.touch(touch)

    def touch(self, touch: Touch, taken: bool = False) -> None:
        """Obey one touch; of what ``fast`` has taken only the lights remain. Never raises over what a device sends."""
        if touch.device not in self._devices:
            self.connected(touch.device)
        if touch.kind == "pressure" and not touch.control.startswith("pressure"):
            touch = replace(touch, control=f"{touch.control}/pressure")
        key, now = (touch.device, touch.control), self._clock()
        self.touched[key] = now
        if touch.kind == "press":
            self.pressed[key] = now
        try:
            if self._intercept and not taken and self._intercept(touch):
                self._hands.arrived(touch)  # who took it does not keep the hand from standing elsewhere
            elif not taken:
                self._route(touch)
        except UsageError as error:
            self._refuse(str(error), now)
        self.on_touch(*key)

    def tick(self, now: float) -> None:
        """Let time decide about long and double presses; call it every 20 ms or so."""
        try:
            self._presses.tick(now)
        except UsageError as error:
            self._refuse(str(error), now)

    # --- devices, bindings, layers -------------------------------------------------------------------------------

    def connected(self, device: str, controls: Iterable[str] = ()) -> None:
        """A device is there, with these controls as far as a profile names them; its hands are anywhere."""
        self._devices[device] = tuple(controls)
        self._hands.forget(device)
        self._rebuild()

    def present(self, devices: Map[str, Iterable[str]]) -> None:
        """Tell which devices are there now, each with its controls; what is new or gone follows from it."""
        for name in [name for name in self._devices if name not in devices]:
            self.disconnected(name)
        for name, controls in devices.items():
            if self._devices.get(name) != tuple(controls):
                self.connected(name, controls)

    def disconnected(self, device: str) -> None:
        """A device went away: what its fingers held is let go, and nothing jumps."""
        now = self._clock()
        self._fast.let_go(device, now)
        self._presses.let_go(device, now)
        self._layers.release(device)
        self._hands.forget(device)
        self._devices.pop(device, None)
        self._edges = {key: down for key, down in self._edges.items() if key[0] != device}
        self._rebuild()

    def bindings(self) -> tuple[Binding, ...]:
        """What ``set_bindings`` was given."""
        return self._lookup.bindings

    def set_bindings(self, bindings: Iterable[Binding]) -> None:
        """Replace all bindings (see ``files.merge``); every value must be caught again."""
        self._lookup = Lookup(bindings)
        self._hands.forget()
        self._layers.limit(self._lookup.pages)
        self._rebuild()

    @property
    def here(self) -> Place:
        """Page, shift and deck in focus."""
        return self._layers.here

    @property
    def layers(self) -> Layers:
        """To turn pages, hold shift and move the focus from the screen."""
        return self._layers

    @property
    def pages(self) -> int:
        """How many pages the bindings have."""
        return self._layers.pages

    def devices(self) -> tuple[str, ...]:
        """All devices that are there."""
        return tuple(self._devices)

    # --- for screens and lights ----------------------------------------------------------------------------------

    def at(self, device: str, control: str) -> tuple[Binding, ...]:
        """What a control does here and now."""
        shown = self._shown.get(device, {})
        if control in shown:
            return shown[control]
        return self._lookup.at(device, control, self.here, self._devices.get(device, ()))

    def shown(self, device: str) -> Map[str, tuple[Binding, ...]]:
        """Every control of a device that does something here and now."""
        return self._shown.get(device, {})

    def path_of(self, binding: Binding) -> str:
        """The path that a binding means with the present focus and bank of pads."""
        return binding.on_deck(self.here.focus, self._bank())

    def at_place(self, device: str, place: Place) -> Map[str, tuple[Binding, ...]]:
        """Every control of a device that does something at another place."""
        return self._lookup.controls(device, place, self._devices.get(device, ()))

    def ghosts(self) -> tuple[Ghost, ...]:
        """Where hands and values are, for what holds in this layer, as far as a hand's place is known."""
        return tuple(self._hands.ghosts(self._followed))

    @property
    def last(self) -> Ghost | None:
        """The absolute control that moved last."""
        return self._hands.last

    def intercept(self, listener: Callable[[Touch], bool] | None) -> None:
        """Show every touch to a listener first, which swallows it with True; meanwhile no pad is struck by ``fast``."""
        self._intercept = listener
        self._rebuild()

    # --- inside --------------------------------------------------------------------------------------------------

    def _moved(self) -> None:
        self._hands.rearm()
        self._rebuild()

    def _rebuild(self) -> None:
        """Everything that is derived from bindings, layer and devices; the driver's thread sees it in one step."""
        devices = self._devices.items()
        self._shown = {name: self._lookup.controls(name, self.here, controls) for name, controls in devices}
        pads = {
            (device, control): found
            for device, controls in self._shown.items()
            for control, bindings in controls.items()
            if (found := hit(bindings, self.path_of)) is not None
        }
        self._fast.table = MappingProxyType({} if self._intercept else pads)
        self.version += 1

    def _followed(self, device: str, control: str) -> list[Bound]:
        """What follows a control's position."""
        bound = self.at(device, control)
        return [(each, self.path_of(each)) for each in bound if each.path and not each.relative and not is_button(each)]

    def _refuse(self, sentence: str, now: float) -> None:
        self.refused += 1
        if now - self._noticed_at >= NOTICE_EVERY_S:
            self._noticed_at = now
            self._notice(sentence)

    def _route(self, touch: Touch) -> None:
        bound = [(binding, self.path_of(binding)) for binding in self.at(touch.device, touch.control)]
        if touch.kind == "release":
            self._presses.up(touch)
        elif touch.control.startswith(PROGRAM) and touch.device != OSC:
            self._program(touch, bound)
        elif touch.kind == "press":
            self._presses.down(touch, bound)
        elif touch.kind == "relative":
            self._turned(touch, bound, touch.value)
        else:
            self._stands(touch, bound)

    def _program(self, touch: Touch, bound: Iterable[Bound]) -> None:
        for binding, path in bound:
            if binding.action or self._is_pulled(path):  # program 0 as well as any other
                self._act(touch, binding, path, "press", 1.0)
            else:
                self._registry.set(path, seven_bits(touch.value), origin_of(touch.device))

    def _is_pulled(self, path: str) -> bool:
        kind = self._registry.spec(path).kind
        return isinstance(kind, Trigger) and kind.low == 0

    def _turned(self, touch: Touch, bound: Iterable[Bound], far: float) -> None:
        for binding, path in bound:
            if binding.action:
                steps = self._hands.count(touch, binding, far)
                if steps:
                    self._actions.step(touch, binding, steps, self._bank())
            else:
                self._hands.turn(touch, binding, path, far)

    def _stands(self, touch: Touch, bound: list[Bound]) -> None:
        """A control that sends positions: an encoder in disguise, a button in disguise, or what it says."""
        touch = replace(touch, value=min(1.0, max(0.0, touch.value)))
        coded = [(binding, path) for binding, path in bound if binding.relative]
        buttons = [(binding, path) for binding, path in bound if not binding.relative and is_button(binding)]
        if coded:
            self._turned(touch, coded, clicks(coded[0][0].relative, touch.value))
        if buttons or self._edges.get((touch.device, touch.control)):
            self._edge(touch, buttons)
        for binding, path in bound:
            if (binding, path) not in coded and (binding, path) not in buttons:
                self._hands.move(touch, binding, path)
        self._hands.arrived(touch)

    def _edge(self, touch: Touch, buttons: list[Bound]) -> None:
        key = (touch.device, touch.control)
        plays = any(pad_of(path) for _, path in buttons)  # a pad in CC mode sends how hard it was hit
        down = touch.value > 0 if plays else touch.value >= PRESS_AT
        if down != self._edges.get(key, False):
            self._edges[key] = down
            if down:
                self.pressed[key] = self._clock()
                self._presses.down(touch, buttons)
            else:
                self._presses.up(touch)

    def _act(self, touch: Touch, binding: Binding, path: str, event: str, velocity: float) -> None:
        pad = pad_of(path) if binding.value is None else None
        if binding.action:
            self._actions.do(touch, binding, event, self._bank())
        elif pad:
            self._strike(pad, 0.0 if event == "up" else force(binding, velocity), touch.time_s)
        elif event == "up":
            self._hands.let_go(touch, binding, path)
        elif event == "down":
            self._hands.hold(touch, binding, path, velocity)
        else:
            self._hands.press(touch, binding, path, velocity)

    def _bank(self) -> int:
        return int(self._registry.number(BANK))

    def _set_number(self, path: str, number: int, device: str) -> None:
        self._registry.set(path, number, origin_of(device))
