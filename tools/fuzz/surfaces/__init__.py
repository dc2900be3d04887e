"""All surfaces by name, in the order of the documents. Modules of heavy libraries are imported by their targets."""

from __future__ import annotations

from fuzz.surface import Surface
from fuzz.surfaces import clock, door, files, log, midi, osc, pictures, riffserver, scenes, settings, sounds, weights

_ALL: tuple[Surface, ...] = (
    *osc.SURFACES,
    *door.SURFACES,
    *midi.SURFACES,
    *clock.SURFACES,
    *riffserver.SURFACES,
    *scenes.SURFACES,
    *settings.SURFACES,
    *pictures.SURFACES,
    *sounds.SURFACES,
    *weights.SURFACES,
    *log.SURFACES,
    *files.SURFACES,
)
SURFACES = {surface.name: surface for surface in _ALL}
