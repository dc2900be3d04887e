"""Learning: point at a parameter, move a control, accept; as often as wanted. The engine's loop only.

While a target is open, touches act on nothing: they are looked at. Only shift and page buttons go on working, so that
a control is bound in the layer that the hands are in.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace

from liveriff.control.mapping.bindings import NOTHING, OSC, Binding, Layer, parse_layer
from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.detect import Guess
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.mapping.movers import movers, target_of
from liveriff.control.mapping.reading import read_bindings, spec_of
from liveriff.control.mapping.seen import Seen
from liveriff.control.mapping.sources import Sources
from liveriff.control.mapping.telling import live
from liveriff.control.surface import Touch
from liveriff.errors import UsageError
from liveriff.params.kinds_worded import Toggle, Trigger
from liveriff.params.table import TABLE
from liveriff.params.words import did_you_mean

_LAYERED = ("shift", "page")
_MOST = 256  # controls looked at for one target; a network may send names without end
_LEARN = "/learn"  # buttons that accept or take back go on working, so that both hands may stay on the controllers


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


class LearnMode:
    """Stays on from ``start`` to ``stop``. ``sources``: all bindings; it gives the mapping what holds of them."""

    def __init__(self, mapping: Mapping, sources: Sources | None = None) -> None:
        """Nothing is being learnt. ``sources``: what the mapping has; the default map unless said otherwise."""
        self.sources = sources or Sources(default_bindings())
        self.proposal: Proposal | None = None
        self._mapping = mapping
        self._wish: Binding | None = None
        self._seen: dict[str, Seen] = {}
        self._tried: set[tuple[str, str]] = set()  # bound to this target just now: they act, to be tried
        self._told: tuple[tuple[str, int], dict[tuple[str, str], tuple[str, ...]]] = (("", -1), {})
        self._undo: list[Sources] = []

    @property
    def own(self) -> tuple[Binding, ...]:
        """The performer's bindings, to be saved."""
        return self.sources.own

    @property
    def target(self) -> str:
        """What is being learnt, "" if nothing."""
        return self._wish.target if self._wish else ""

    def open(self, text: str) -> None:
        """``start`` with a path, an action, or an action and its number, as in page=2."""
        if text.startswith("/"):
            self.start(text)
            return
        action, _, number = text.partition("=")
        if number and not number.isdigit():
            raise UsageError(f"{text!r}: after = stands a number, as in page=2.")
        value = int(number) if number else None
        table = {"control": "any", "action": action, **({} if value is None else {"value": value})}
        self.start(action=read_bindings([table], text)[0].action, value=value)

    def start(self, path: str = "", *, action: str = "", value: int | None = None) -> None:
        """Open a target, a path or an action; the next control that moves is proposed for it."""
        spec = spec_of(path) if path else None
        if path and spec is None:
            raise UsageError(f"there is no parameter {path[:100]}.{did_you_mean(path, TABLE)}")
        if spec is not None and spec.access == "r":
            raise UsageError(f"{path} is a reading and cannot be moved by a control.")
        self._wish = Binding("", path, action, value=value)
        self._seen, self.proposal, self._tried = {}, None, set()
        self._mapping.intercept(self.touch)

    def stop(self) -> None:
        """Close the target; touches act again."""
        self._wish = self.proposal = None
        self._mapping.intercept(None)

    def touch(self, touch: Touch) -> bool:
        """Look at a touch; True swallows it."""
        if self._wish is None or self._goes_on(touch):
            return False
        if touch.kind == "release":
            return False  # what was held when learning began is let go as ever
        if touch.kind != "pressure" or touch.control.startswith("pressure"):
            self._look(touch)
        return True

    def accept(self, *, stay: bool = False, **changes: object) -> Binding:
        """Bind what is proposed, with changes to its fields if any; the target is closed, learning stays possible.

        ``stay``: the target stays open for another control; the one just bound acts meanwhile.
        """
        if self.proposal is None:
            raise UsageError(f"nothing has moved yet for {self.target or 'learning'}; move a control first.")
        proposal, self.proposal = self.proposal, None
        binding = replace(proposal.binding, **changes)  # type: ignore[arg-type]
        self._turn_to(self.sources.learn(binding))
        self._seen = {}
        self._tried.add((proposal.device, proposal.control))
        if not stay:
            self.stop()
        return binding

    def clear(self, target: str = "", *, control: str = "", deep: bool = True) -> int:
        """Unbind a target or a control, see ``Sources.clear``; returns how many bindings went."""
        before, after = self.sources, self.sources.clear(target, control, deep)
        gone = len(set(before.bound(target, control)) - set(after.bound(target, control)))
        if after != before:
            self._turn_to(after)
            self._tried = set()
        return gone

    def undo(self) -> bool:
        """Take back the last ``accept`` or ``clear``; False if there is none."""
        if not self._undo:
            return False
        self.sources = self._undo.pop()
        self._mapping.set_bindings(self.sources.merged)
        self._tried = set()
        return True

    def use(self, sources: Sources) -> None:
        """Other bindings came, from a file or with a scene: what was learnt before cannot be taken back any more."""
        self._turn_to(sources)
        self._undo = []

    # --- inside --------------------------------------------------------------------------------------------------

    def _turn_to(self, sources: Sources) -> None:
        self._undo.append(self.sources)
        self.sources = sources
        self._mapping.set_bindings(sources.merged)

    def _goes_on(self, touch: Touch) -> bool:
        """Whether a control acts as ever: it was bound just now, chooses the layer, or serves learning itself."""
        assert self._wish is not None
        if (touch.device, touch.control) in self._tried:
            return True
        bound = self._mapping.at(touch.device, touch.control)
        if any(each.path.startswith(f"{_LEARN}/") for each in bound):
            return not self._wish.path.startswith(_LEARN)
        return any(each.action in _LAYERED for each in bound) and not self._wish.action

    def _look(self, touch: Touch) -> None:
        seen = self._seen.setdefault(f"{touch.device} {touch.control}", Seen(touch))
        seen.add(touch)
        if len(self._seen) > _MOST:
            del self._seen[next(iter(self._seen))]
        there = self.proposal
        if there is None or (touch.device, touch.control) == (there.device, there.control) or seen.is_moved:
            self.proposal = self._propose(touch, seen)

    def _propose(self, touch: Touch, seen: Seen) -> Proposal:
        kind, guess = seen.kind
        binding = self._bind(touch, kind, guess, seen.springs)
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
            conflicts=self._conflicts(touch.device, touch.control),
            binding=binding,
        )

    def _bind(self, touch: Touch, kind: str, guess: Guess, springs: bool) -> Binding:
        assert self._wish is not None
        seat: Map[str, str] = {"control": touch.control, "device": touch.device, "layer": self._mapping.here.name}
        for mine in self.own:  # bound so already: its curve and the like stay
            if mine == replace(mine, **seat, path=self._wish.path, action=self._wish.action):  # type: ignore[arg-type]
                return replace(mine, relative=guess.encoding or mine.relative)
        # Positions of 0 and 127 only: a button.
        fire = self._fire(touch.device, springs) if kind == "button" and touch.kind == "absolute" else ""
        return replace(self._wish, **seat, relative=guess.encoding, fire=fire)  # type: ignore[arg-type]

    def _fire(self, device: str, springs: bool) -> str:
        """A button flips a switch at a press, rather than follow the finger.

        An OSC app's own switch is followed: it says what it is, and is told. Where an app has a button that springs
        back, a press goes on to the next option, too.
        """
        spec = spec_of(self._wish.path) if self._wish else None
        if spec is None or isinstance(spec.kind, Trigger) or (device == OSC and not springs):
            return ""
        if isinstance(spec.kind, Toggle):
            return "toggle"
        return "press" if device == OSC else ""

    def _conflicts(self, device: str, control: str) -> tuple[str, ...]:
        """Looked up once for a control: a fader that is moved asks a thousand times a second."""
        key = (self.target, self._mapping.version)
        if self._told[0] != key:
            self._told = (key, {})
        known = self._told[1]
        if (device, control) not in known:
            if len(known) >= _MOST:
                known.clear()
            known[device, control] = tuple(self._clashes(device, control))
        return known[device, control]

    def _clashes(self, device: str, control: str) -> Iterator[str]:
        here = parse_layer(self._mapping.here.name) or Layer()
        for other in self._mapping.at(device, control):
            if other.place == here and other.target not in (self.target, NOTHING):
                yield f"{control} is bound to {target_of(self._mapping, other)}, which it will no longer move."
        for place, other_control, other in movers(self._mapping, self.target):
            if (place, other_control) != (device, control):
                layer = f" ({other.layer})" if other.layer else ""
                yield f"{self.target} is also moved by {other_control}{layer}."
