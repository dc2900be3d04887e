"""Touches, bindings and proposals in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liveriff.control.mapping.bindings import OSC, Binding
from liveriff.control.mapping.encodings import seven_bits
from liveriff.control.surface import Touch

if TYPE_CHECKING:
    from liveriff.control.mapping.learn import Proposal


def said(touch: Touch) -> str:
    """What a control said: 64/127, 0.504 (14 bits), +1, pressed 0.79, released."""
    return {
        "relative": f"{touch.value:+.0f}",
        "press": f"pressed {touch.value:.2f}",
        "release": "released",
    }.get(touch.kind, f"{touch.value:.3f}" if touch.bits > 7 else f"{seven_bits(touch.value)}/127")


def live(touch: Touch) -> str:
    """The message for a person: device, control, and what it said."""
    return f"{touch.device}  {touch.control}  {said(touch)}"


def sentence(proposal: Proposal) -> str:
    """What accepting would bind, and how sure that is."""
    fine = "" if proposal.device == OSC else f", {proposal.bits} bits"
    kind = {"absolute": f"knob or fader{fine}", "relative": "endless encoder"}.get(proposal.kind, proposal.kind)
    coding = f" ({proposal.encoding})" if proposal.encoding else ""
    doubt = "" if proposal.confidence >= 0.9 else "; turn it both ways to be sure" if proposal.encoding else ""
    layer = f" in {proposal.binding.layer}" if proposal.binding.layer else ""
    return f"{proposal.control}{layer}: {kind}{coding}{doubt}"


def describe(binding: Binding) -> str:
    """One binding for a person."""
    layer = f" ({binding.layer})" if binding.layer else ""
    coding = f", {binding.relative}" if binding.relative else ""
    return f"{binding.device}  {binding.control}{layer}  ->  {binding.target}{coding}"
