"""What a touch does to a parameter: absolute moves, encoder clicks, presses. The engine's loop only; time comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from liveriff.control.mapping.bindings import OSC, Binding
from liveriff.control.mapping.fast import force
from liveriff.control.mapping.holds import Holds
from liveriff.control.mapping.relative import Clicks
from liveriff.control.mapping.takeover import Catch, Ghost
from liveriff.control.surface import Touch
from liveriff.errors import UsageError
from liveriff.params.kinds import Integer, Value, index_at
from liveriff.params.kinds_worded import Text, Toggle, Trigger
from liveriff.params.registry import Registry

Seat = tuple[str, str, Binding, str]
"""Device, control, binding and path: the same knob in another layer has another takeover."""


def origin_of(device: str) -> str:
    """Who the registry is told made a change, so that a device is not sent its own moves."""
    return OSC if device == OSC else f"midi:{device}"


class Hands:
    """Where hands stand, and what they move. One engine's loop."""

    def __init__(self, registry: Registry) -> None:
        """Nothing has moved yet."""
        self._registry = registry
        self._at: dict[tuple[str, str], float] = {}
        self._catches: dict[Seat, Catch] = {}
        self._clicks: dict[Seat, Clicks] = {}
        self._holds = Holds()
        self.last: Ghost | None = None

    # --- absolute ------------------------------------------------------------------------------------------------

    def move(self, touch: Touch, binding: Binding, path: str) -> None:
        """A knob or a fader stands elsewhere now; ``arrived`` follows when all its bindings have been told."""
        seat = (touch.device, touch.control, binding, path)
        catch = self._catches.setdefault(seat, Catch(binding.takeover))
        catch.watch(self._place(binding, path, touch.value))
        place = catch.move(self._at.get(seat[:2]), touch.value, self._is_there(path, binding.raw(touch.value)))
        if place is not None:
            self._registry.set_raw(path, binding.raw(place), origin_of(touch.device))
            catch.wrote(self._place(binding, path, touch.value))
        self.last = self._ghost(seat, catch, touch.value)

    def arrived(self, touch: Touch) -> None:
        """Remember where the hand stands, whatever it moved: after a change of layer the next move counts from here."""
        if touch.kind in ("absolute", "pressure"):
            self._at[touch.device, touch.control] = min(1.0, max(0.0, touch.value))

    def rearm(self) -> None:
        """The layer changed: a control that served something else must catch its value again."""
        for catch in self._catches.values():
            catch.rearm()

    def forget(self, device: str | None = None) -> None:
        """A device was unplugged: nothing is known of its hands any more. None: other bindings came."""
        self._at = {key: hand for key, hand in self._at.items() if key[0] != device}
        self._catches = {seat: catch for seat, catch in self._catches.items() if device not in (None, seat[0])}
        self._clicks = {seat: clicks for seat, clicks in self._clicks.items() if device not in (None, seat[0])}
        self._holds.forget(lambda seat: isinstance(seat, tuple) and seat[0] == device)

    def ghosts(self, bound: Callable[[str, str], Iterable[tuple[Binding, str]]]) -> Iterator[Ghost]:
        """Every hand whose place is known, with the values that ``bound(device, control)`` says follow it."""
        for (device, control), hand in self._at.items():
            for binding, path in bound(device, control):
                if not (self._registry.spec(path).travels or self._registry.offered(path)):
                    continue  # a text with nothing to choose from is nowhere
                seat = (device, control, binding, path)
                yield self._ghost(seat, self._catches.get(seat) or Catch(binding.takeover), hand)

    def _ghost(self, seat: Seat, catch: Catch, hand: float) -> Ghost:
        device, control, binding, path = seat
        catch.watch(self._place(binding, path, hand))
        raw = binding.raw(hand)
        is_there = catch.mode != "relative" and self._is_there(path, raw)
        return Ghost(device, control, path, hand, raw, catch.target, catch.caught or is_there, catch.mode)

    def _place(self, binding: Binding, path: str, hand: float) -> float:
        """Where the value is; a text of one's own is nowhere among those offered, so it is where the hand is."""
        if self._registry.offered(path) and self._registry.get(path) not in self._registry.offered(path):
            return hand
        return binding.hand(self._registry.raw(path))

    def _is_there(self, path: str, raw: float) -> bool:
        """Whether a position means the value that is there, as one of a few options does over a part of the way."""
        spec, offered = self._registry.spec(path), self._registry.offered(path)
        if offered:
            return offered[index_at(raw, len(offered))] == self._registry.get(path)
        return spec.travels and bool(spec.map(raw) == self._registry.get(path))

    # --- relative ------------------------------------------------------------------------------------------------

    def turn(self, touch: Touch, binding: Binding, path: str, clicks: float) -> None:
        """An encoder turned; below 0 to the left."""
        origin = origin_of(touch.device)
        if isinstance(self._registry.spec(path).kind, Trigger):
            self._registry.trigger(path, self._far(touch, binding, path, clicks), origin)
            return
        steps = self._counter(touch, binding, path).whole(self._far(touch, binding, path, clicks))
        if steps:
            self._registry.nudge(path, steps, origin)
            self._keep_in_range(binding, path, origin)

    def count(self, touch: Touch, binding: Binding, clicks: float) -> int:
        """Whole steps of an action for an encoder's clicks."""
        return self._counter(touch, binding, "").whole(self._far(touch, binding, "", clicks))

    def _counter(self, touch: Touch, binding: Binding, path: str) -> Clicks:
        return self._clicks.setdefault((touch.device, touch.control, binding, path), Clicks())

    def _far(self, touch: Touch, binding: Binding, path: str, clicks: float) -> float:
        counter = self._counter(touch, binding, path)
        return counter.turn(-clicks if binding.invert else clicks, touch.time_s, binding.step, binding.acceleration)

    def _keep_in_range(self, binding: Binding, path: str, origin: str) -> None:
        raw = self._registry.raw(path)
        if not binding.low <= raw <= binding.high:
            self._registry.set_raw(path, min(binding.high, max(binding.low, raw)), origin)

    # --- buttons -------------------------------------------------------------------------------------------------

    def press(self, touch: Touch, binding: Binding, path: str, velocity: float) -> None:
        """A button acts: "press", "toggle", "release", "long" or "double"."""
        origin, spec = origin_of(touch.device), self._registry.spec(path)
        if isinstance(spec.kind, Trigger):
            strength = force(binding, velocity) if binding.value is None else binding.value
            self._registry.set(path, strength, origin)
        elif binding.value is not None:
            back = binding.fire == "toggle" and self._registry.get(path) == spec.coerce(binding.value)
            self._registry.set(path, spec.default if back else binding.value, origin)
        elif isinstance(spec.kind, Toggle):
            self._registry.set(path, not self._registry.get(path), origin)
        elif spec.kind.options or isinstance(spec.kind, Text | Integer):
            self._step(binding, path, origin)
        else:
            is_up = self._registry.raw(path) > (binding.low + binding.high) / 2
            self._registry.set_raw(path, binding.low if is_up else binding.high, origin)

    def hold(self, touch: Touch, binding: Binding, path: str, velocity: float) -> None:
        """A button that acts while it is down."""
        spec, seat = self._registry.spec(path), (touch.device, touch.control, binding, path)
        if isinstance(spec.kind, Trigger):
            self.press(touch, binding, path, velocity)
            return
        before = self._registry.get(path)
        wanted = binding.value if binding.value is not None else _held_value(binding, spec.kind.options)
        if wanted is None:
            self._registry.set_raw(path, binding.low if binding.invert else binding.high, origin_of(touch.device))
        else:
            self._registry.set(path, wanted, origin_of(touch.device))
        self._holds.down(path, seat, before, self._registry.get(path))

    def let_go(self, touch: Touch, binding: Binding, path: str) -> None:
        """The finger left a button that acts while it is down: what was there comes back, or what another holds."""
        spec, seat = self._registry.spec(path), (touch.device, touch.control, binding, path)
        if isinstance(spec.kind, Trigger):
            if spec.kind.on_release:
                self._registry.trigger(path, 0.0, origin_of(touch.device))
            return
        there = self._holds.up(path, seat)
        if there is None:
            return
        value, was_last = there
        if was_last and isinstance(spec.kind, Toggle):
            # Momentary means "as long as it is held": held on when it was on already, it ends off.
            value = binding.invert if binding.value is None else not binding.value
        self._registry.set(path, value, origin_of(touch.device))

    def _step(self, binding: Binding, path: str, origin: str) -> None:
        """The next option, round and round; whole numbers (seeds, steps) end at their ends."""
        if isinstance(self._registry.spec(path).kind, Integer):
            self._registry.nudge(path, int(binding.step) or 1, origin)
            return
        options: tuple[Value, ...] = self._registry.offered(path) or self._registry.spec(path).kind.options
        if not options:
            raise UsageError(f"{path} has nothing to choose from for a button; give the binding a value.")
        here = self._registry.get(path)
        index = options.index(here) if here in options else -1
        self._registry.set(path, options[(index + int(binding.step or 1)) % len(options)], origin)


def _held_value(binding: Binding, options: tuple[Value, ...]) -> Value:
    return not binding.invert if options == (False, True) else None
