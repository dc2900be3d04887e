"""What the controllers that are there move, and which of them move a target. Pure; the engine's loop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from liveriff.control.mapping.bindings import NOTHING, Binding

if TYPE_CHECKING:
    from liveriff.control.mapping.mapping import Mapping

EVERYWHERE = "everywhere"
Mover = tuple[str, str, Binding]
"""Device, control and binding."""


def layer_of(binding: Binding) -> str:
    """Where it holds, for a person."""
    return binding.layer or EVERYWHERE


def target_of(mapping: Mapping, binding: Binding) -> str:
    """What it moves with the present focus."""
    return mapping.path_of(binding) or binding.target


def movers(mapping: Mapping, target: str) -> tuple[Mover, ...]:
    """Controls of present devices that move a target, in any layer; what something else hides is left out."""
    wanted = [each for each in mapping.bindings() if target in (each.target, target_of(mapping, each))]
    places = {
        replace(mapping.here, page=each.place.page or mapping.here.page, shift=each.place.shift) for each in wanted
    }
    found: dict[Mover, None] = {}
    for device in mapping.devices():
        for place in sorted(places, key=lambda each: (each.page, each.shift)):
            for control, bindings in mapping.at_place(device, place).items():
                found.update({(device, control, each): None for each in bindings if each in wanted})
    return tuple(found)


def map_text(mapping: Mapping) -> str:
    """A line a control that does something here and now: device, control, target, layer, apart by tabs."""
    lines = (
        (device, control, target_of(mapping, each), layer_of(each))
        for device in mapping.devices()
        for control, bindings in mapping.shown(device).items()
        for each in bindings
        if each.action != NOTHING
    )
    return "\n".join("\t".join(fields) for fields in lines)
