"""OSC messages for addresses that are not ours: controls of apps that can send nothing else. Engine's loop only.

All such apps together are the device "osc" of the mapping. What is bound plays, and is told back to the app; while
something is being learnt, all of them are looked at; what is neither is shown on the monitor, and refused as ever.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from liveriff.control.mapping.bindings import NOTHING, OSC, Binding
from liveriff.control.mapping.reading import is_button
from liveriff.control.mapping.spans import BY_TYPE, Sent, Span, parse_span, place, span_text, value_at
from liveriff.control.osc.echo import Echo
from liveriff.control.osc.foreign import FINGER, Reading, readings
from liveriff.control.surface import Touch
from liveriff.params.kinds_worded import Toggle
from liveriff.params.listeners import Change

if TYPE_CHECKING:
    from liveriff.control.mapping.mapping import Mapping
    from liveriff.control.osc.dispatch import Peer
    from liveriff.engine.learning import Learning
    from liveriff.params.registry import Registry

MOST = 256  # controls whose ends are remembered; what was silent longest is forgotten
NOTHING_SENT = Sent("f")


class Strays:
    """``heard`` is the OSC server's ``Stray``; ``tick`` every look of the hub."""

    def __init__(self, registry: Registry, mapping: Mapping, learning: Learning) -> None:
        """spoke: whether any such app has been heard."""
        self.spoke = False
        self._registry, self._mapping, self._learning = registry, mapping, learning
        self._sent: OrderedDict[str, Sent] = OrderedDict()
        self._echo = Echo()
        self._known: tuple[Binding, ...] = ()  # all bindings, as they were looked through last
        self._mine: tuple[Binding, ...] = ()
        self._bound: dict[str, Binding] = {}
        self._version, self._paths = -1, frozenset[str]()
        learning.sends = self.sends
        registry.subscribe(self._changed)

    def heard(self, address: str, args: Sequence[object], peer: Peer, at: float) -> bool:
        """One message; False if it means nothing. ``at``: time.monotonic of its hits."""
        sent = readings(address, args)
        if not sent:
            return False
        if len(sent) == 1 and self._is_finger(address, sent[0].value, peer, at):
            return True
        self.spoke = True
        for each in sent:
            self._remember(each)
        if not self._learning.learn.target and not any(self._binding(each.control) for each in sent):
            for each in sent:
                self._learning.touch(self._touch(each, at))
            return False
        self._echo.heard(peer, address, sent, at)
        for each in sent:
            self._obey(each, at)
        return True

    def tick(self, now: float) -> None:
        """Tell apps what is no longer true of what they show; ``now`` is time.monotonic."""
        if self._version != self._mapping.version:  # another page, deck in focus or binding
            self._version = self._mapping.version
            self._look()
            self._paths = frozenset(self._mapping.path_of(each) for each in self._mine if each.path)
            self._echo.stir()
        self._echo.tick(now, self._shown)

    def sends(self, control: str) -> str:
        """The ends of a control for a binding, as far as they are known."""
        sent = self._sent.get(control)
        return span_text(self._span(control, sent)) if sent else ""

    # --- what they send ----------------------------------------------------------------------------------------------

    def _is_finger(self, address: str, value: float, peer: Peer, at: float) -> bool:
        control = address[1 : -len(FINGER)]
        if not address.endswith(FINGER) or self._binding(f"{control}{FINGER}"):
            return False
        return self._echo.finger(peer, f"/{control}", value > 0, at)

    def _remember(self, reading: Reading) -> None:
        if not reading.tag:
            return
        sent = self._sent.pop(reading.control, None) or Sent(reading.tag)
        sent.add(reading.value, reading.tag)
        self._sent[reading.control] = sent
        if len(self._sent) > MOST:
            self._sent.popitem(last=False)

    def _obey(self, reading: Reading, at: float) -> None:
        touch = self._touch(reading, at)
        self._learning.touch(touch)
        if self._binding(reading.control):
            self._mapping.touch(touch)
            if not reading.tag:
                self._mapping.touch(Touch(OSC, reading.control, "release", 0.0, at))
        else:  # past the mapping, which would remember every name for good
            self._learning.learn.touch(touch)

    def _touch(self, reading: Reading, at: float) -> Touch:
        if not reading.tag:
            return Touch(OSC, reading.control, "press", 1.0, at)
        sent = self._sent.get(reading.control, NOTHING_SENT)
        hand = place(reading.value, self._span(reading.control, sent))
        return Touch(OSC, reading.control, "absolute", hand, at, 7 if sent.tag in "iT" else 14)

    def _span(self, control: str, sent: Sent) -> Span:
        """What the binding says; while learning, what goes beyond it is believed."""
        binding = self._binding(control)
        if binding is None:
            return sent.span
        given = parse_span(binding.sends) or BY_TYPE[sent.tag]
        is_within = given[0] <= sent.low and sent.high <= given[1]
        return given if is_within or not self._learning.learn.target else sent.span

    # --- what is bound -----------------------------------------------------------------------------------------------

    def _binding(self, control: str) -> Binding | None:
        """What a control does in any layer."""
        if self._known is not self._mapping.bindings():
            self._look()
        here = (each for each in self._mapping.at(OSC, control) if each.action != NOTHING)
        return next(here, self._bound.get(control))

    def _look(self) -> None:
        self._known = self._mapping.bindings()
        self._mine = tuple(each for each in self._known if each.device == OSC and each.action != NOTHING)
        self._bound = {each.control: each for each in self._mine}

    # --- what they are told ------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if change.path in self._paths:
            self._echo.stir()

    def _shown(self, control: str, tag: str) -> float | None:
        """What a control would send for the value that is there; None where its place says nothing."""
        binding = next((each for each in self._mapping.at(OSC, control) if each.path and not each.relative), None)
        hand = None if binding is None else self._hand(binding, self._mapping.path_of(binding))
        if hand is None:
            return None
        return value_at(hand, self._span(control, self._sent.get(control) or Sent(tag)))

    def _hand(self, binding: Binding, path: str) -> float | None:
        spec, value = self._registry.spec(path), self._registry.get(path)
        if not spec.kind.held:
            return None
        if binding.value is not None:
            return float(value == spec.coerce(binding.value))
        if isinstance(spec.kind, Toggle):
            return float(bool(value) != binding.invert)
        if is_button(binding) or not (spec.travels or value in self._registry.offered(path)):
            return None
        return binding.hand(self._registry.raw(path))
