"""The reading /learn/state: what learning has understood, a line a key with its value, apart by tabs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from liveriff.control.mapping.learn import LearnMode, Proposal
from liveriff.control.mapping.movers import Mover, layer_of
from liveriff.control.mapping.telling import sentence

NOBODY = "no controllers"
MIDI_OFF = f"{NOBODY} (MIDI is off)"
OSC_OPEN = f"{NOBODY} (OSC is open)"
ONLY_OSC = f"{NOBODY} (MIDI is off, OSC is open)"
HINTS = {
    NOBODY: "Nothing can be moved yet; plug a controller in.",
    MIDI_OFF: "MIDI is off; start without --midi off to bind a control.",
    OSC_OPEN: "Plug a controller in, or move a control of an OSC app.",
    ONLY_OSC: "Move a control of an OSC app. MIDI is off; start without --midi off to bind a controller.",
}
"""What to do where no controller is."""
CLOSED = "Set /learn to a parameter to bind a control to it."


def absent(midi: bool, osc: bool) -> str:
    """What is said of controllers where there are none: which ways for them are open."""
    if osc:
        return OSC_OPEN if midi else ONLY_OSC
    return NOBODY if midi else MIDI_OFF


def state_text(controllers: str, learn: LearnMode, layer: str, movers: Sequence[Mover], last: str) -> str:
    """controllers: who is there, ``NOBODY`` or more words; layer: where accepting would bind, "" for everywhere; last:
    what was done last, in a sentence."""
    lines = [("controllers", controllers)]
    if not learn.target:
        lines.append(("hint", CLOSED))
    else:
        lines += [("target", learn.target), ("hint", _hint(controllers, learn, last))]
        lines += [("layer", layer)] if layer else []
        lines += _proposed(learn.proposal) if learn.proposal else []
        lines += [("bound", each) for each in _bound(learn, movers)]
    return "\n".join("\t".join(line) for line in lines)


def _hint(controllers: str, learn: LearnMode, last: str) -> str:
    if learn.proposal:
        return f"{sentence(learn.proposal)}. Accept, or move another control."
    if last:
        return last
    return HINTS.get(controllers, f"Move a control for {learn.target}.")


def _proposed(proposal: Proposal) -> Iterator[tuple[str, str]]:
    yield "device", proposal.device
    yield "control", proposal.control
    yield "kind", proposal.kind
    yield "bits", str(proposal.bits)
    if proposal.encoding:
        yield "encoding", proposal.encoding
    yield "confidence", f"{proposal.confidence:.2f}"
    yield "live", proposal.live
    yield "messages", str(proposal.messages)
    for conflict in proposal.conflicts:
        yield "conflict", conflict


def _bound(learn: LearnMode, movers: Sequence[Mover]) -> Iterator[str]:
    """Device, control, layer and whose, apart by tabs; without a device there, what the performer has bound."""
    if not movers:
        own = [each for each in learn.sources.bound(learn.target) if learn.sources.whose(each) != "default"]
        movers = [(each.device, each.control, each) for each in own]
    for device, control, binding in movers:
        yield "\t".join((device, control, layer_of(binding), learn.sources.whose(binding)))
