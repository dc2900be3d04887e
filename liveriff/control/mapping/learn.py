"""Learning: point at a parameter, move a control, accept; as often as wanted. The engine's loop only.

While a target is open, touches act on nothing: they are looked at. Only shift and page buttons go on working, so that
a control is bound in the layer that the hands are in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from liveriff.control.mapping.bindings import FOCUS, NOTHING, Binding, Layer, parse_layer
from liveriff.control.mapping.detect import Guess, is_switch, relative
from liveriff.control.mapping.encodings import seven_bits
from liveriff.control.mapping.files import merge
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.mapping.reading import spec_of
from liveriff.control.surface import Touch
from liveriff.errors import UsageError
from liveriff.params.kinds_worded import Toggle
from liveriff.params.table import TABLE
from liveriff.params.words import did_you_mean

_KEPT = 24  # values looked back on
_TRAVEL = 4  # 7-bit steps that a control must move to be meant instead of the one before: a worn fader trembles less
_LAYERED = ("shift", "page")


@dataclass(frozen=True)
class Proposal:
    """What accepting would bind.

    kind: "absolute", "relative", "button" or "program"; bits: 7 or 14; encoding: of clicks, where they must be decoded
    from positions; confidence: 0..1 in ``kind``; live: the last message for a person; messages: how many came;
    conflicts: sentences about what is bound already.
    """

    target: str
    device: str
    control: str
    kind: str
    bits: int
    encoding: str
    confidence: float
    live: str
    messages: int
    conflicts: tuple[str, ...]
    binding: Binding


@dataclass
class _Seen:
    """What one control sent since the target was opened."""

    last: Touch
    values: list[int] = field(default_factory=list)
    bits: int = 7
    messages: int = 0

    def add(self, touch: Touch) -> None:
        self.last = touch
        self.messages += 1
        self.bits = max(self.bits, touch.bits)
        self.values = [*self.values, seven_bits(touch.value)][-_KEPT:]

    @property
    def travel(self) -> int:
        return max(self.values) - min(self.values)


class LearnMode:
    """Stays on from ``start`` to ``stop``. ``own`` are the bindings that were learnt or loaded, to be saved."""

    def __init__(self, mapping: Mapping, own: tuple[Binding, ...] = ()) -> None:
        """Nothing is being learnt. ``own``: the performer's bindings, part of what the mapping has."""
        self.own = own
        self.proposal: Proposal | None = None
        self._mapping = mapping
        self._wish: Binding | None = None
        self._seen: dict[str, _Seen] = {}
        self._undo: list[tuple[tuple[Binding, ...], tuple[Binding, ...]]] = []

    @property
    def target(self) -> str:
        """What is being learnt, "" if nothing."""
        return self._wish.target if self._wish else ""

    def start(self, path: str = "", *, action: str = "", value: int | None = None) -> None:
        """Open a target, a path or an action; the next control that moves is proposed for it."""
        spec = spec_of(path) if path else None
        if path and spec is None:
            raise UsageError(f"there is no parameter {path[:100]}.{did_you_mean(path, TABLE)}")
        if spec is not None and spec.access == "r":
            raise UsageError(f"{path} is a reading and cannot be moved by a control.")
        self._wish = Binding("", path, action, value=value)
        self._seen, self.proposal = {}, None
        self._mapping.intercept(self.touch)

    def stop(self) -> None:
        """Close the target; touches act again."""
        self._wish = self.proposal = None
        self._mapping.intercept(None)

    def touch(self, touch: Touch) -> bool:
        """Look at a touch; True swallows it."""
        if self._wish is None:
            return False
        layered = any(binding.action in _LAYERED for binding in self._mapping.at(touch.device, touch.control))
        if layered and not self._wish.action:
            return False
        if touch.kind == "release":
            return False  # what was held when learning began is let go as ever
        if touch.kind != "pressure" or touch.control.startswith("pressure"):
            self._look(touch)
        return True

    def accept(self, **changes: object) -> Binding:
        """Bind what is proposed, with changes to its fields if any; the target is closed, learning stays possible."""
        if self.proposal is None:
            raise UsageError(f"nothing has moved yet for {self.target or 'learning'}; move a control first.")
        binding = replace(self.proposal.binding, **changes)  # type: ignore[arg-type]
        self._keep()
        self.own = merge(self.own, [binding])
        self._mapping.set_bindings(merge(self._mapping.bindings(), [binding]))
        self.stop()
        return binding

    def clear(self, path: str = "", *, control: str = "") -> int:
        """Unbind a parameter, or a control, whoever bound it; returns how many bindings went.

        In place of one that is not the performer's own (of the default map, of a scene) stands an action "none".
        """
        bound = [each for each in self._mapping.bindings() if each.action != NOTHING]
        gone = {each for each in bound if each.path == path != "" or each.control == control != ""}
        if gone:
            self._keep()
            dead = [_dead(each) for each in bound if each in gone and each not in self.own]
            self.own = merge([each for each in self.own if each not in gone], dead)
            left = [each for each in self._mapping.bindings() if each not in gone]
            self._mapping.set_bindings(merge(left, dead))
        return len(gone)

    def undo(self) -> bool:
        """Take back the last ``accept`` or ``clear``; False if there is none."""
        if not self._undo:
            return False
        self.own, bindings = self._undo.pop()
        self._mapping.set_bindings(bindings)
        return True

    # --- inside --------------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        self._undo.append((self.own, self._mapping.bindings()))

    def _look(self, touch: Touch) -> None:
        name = f"{touch.device} {touch.control}"
        seen = self._seen.setdefault(name, _Seen(touch))
        seen.add(touch)
        if self.proposal is None or self._is_meant(touch, seen):
            self.proposal = self._propose(touch, seen)

    def _is_meant(self, touch: Touch, seen: _Seen) -> bool:
        """Whether it is the control proposed so far, or has moved enough to be meant instead."""
        assert self.proposal is not None
        if (touch.device, touch.control) == (self.proposal.device, self.proposal.control):
            return True
        if touch.kind in ("press", "relative") or seen.travel >= _TRAVEL:
            return True
        return is_switch(seen.values) or relative(seen.values).encoding != ""

    def _propose(self, touch: Touch, seen: _Seen) -> Proposal:
        kind, guess = _kind(touch, seen)
        binding = self._bind(touch, kind, guess)
        return Proposal(
            target=self.target,
            device=touch.device,
            control=touch.control,
            kind=kind,
            bits=seen.bits,
            encoding=guess.encoding,
            confidence=guess.confidence,
            live=live(touch),
            messages=seen.messages,
            conflicts=self._conflicts(binding),
            binding=binding,
        )

    def _bind(self, touch: Touch, kind: str, guess: Guess) -> Binding:
        assert self._wish is not None
        spec = spec_of(self._wish.path)
        # Positions of 0 and 127 only: a button, which flips a switch at a press rather than follow the finger.
        flips = kind == "button" and touch.kind == "absolute" and spec is not None and isinstance(spec.kind, Toggle)
        return replace(
            self._wish,
            control=touch.control,
            device=touch.device,
            layer=self._mapping.here.name,
            relative=guess.encoding,
            fire="toggle" if flips else "",
        )

    def _conflicts(self, binding: Binding) -> tuple[str, ...]:
        said = []
        here = parse_layer(binding.layer) or Layer()
        for other in self._mapping.at(binding.device, binding.control):
            if other.place == here and other.target not in (binding.target, NOTHING):
                said.append(f"{binding.control} is bound to {other.target}, which it will no longer move.")
        for other in self._mapping.bindings():
            same = bool(binding.path) and other.path in (binding.path, _focused(binding.path))
            if same and other.control != binding.control:
                layer = f" ({other.layer})" if other.layer else ""
                said.append(f"{binding.path} is also moved by {other.control}{layer}.")
        return tuple(said)


def _dead(binding: Binding) -> Binding:
    return Binding(binding.control, action=NOTHING, device=binding.device, layer=binding.layer)


def _focused(path: str) -> str:
    parts = path.split("/")
    return "/".join((*parts[:2], FOCUS, *parts[3:])) if parts[1] == "deck" else path


def _kind(touch: Touch, seen: _Seen) -> tuple[str, Guess]:
    if touch.control.startswith("program/"):
        return "program", Guess("", 1.0)
    if touch.kind in ("press", "relative"):
        return ("button" if touch.kind == "press" else "relative"), Guess("", 1.0)
    if seen.bits > 7:
        return "absolute", Guess("", 1.0)
    guess = relative(seen.values)
    if guess.encoding:
        return "relative", guess
    if is_switch(seen.values):
        return "button", Guess("", 0.5 if seen.messages == 1 else 0.9)
    return "absolute", Guess("", min(1.0, 0.2 + seen.messages / 10))


def live(touch: Touch) -> str:
    """The message for a person: device, control, and what it said."""
    said = {
        "relative": f"{touch.value:+.0f}",
        "press": f"pressed, {touch.value:.2f}",
        "release": "let go",
    }.get(touch.kind, f"{touch.value:.3f}" if touch.bits > 7 else f"{seven_bits(touch.value)}/127")
    return f"{touch.device}  {touch.control}  {said}"
