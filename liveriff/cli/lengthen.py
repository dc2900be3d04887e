"""`liveriff extend` with a Riffusion checkpoint: outpainting on the beat."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from liveriff.cli.picture_options import painter
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.render.clips import Clip
    from liveriff.render.riffusion.places import Places

USUAL_COLUMNS = 256
"""What one window of the net adds: half of it."""


def extended(clip: Clip, path: Path, **given: Any) -> Clip:
    """What follows the clip: ``seconds`` of it, or ``bars`` and what is missing of one, or as much as a window adds."""
    from liveriff.cli.dance_options import steps_shown
    from liveriff.render.clips import Clip
    from liveriff.render.riffusion.lengthen import lengthened
    from liveriff.render.riffusion.places import places

    if len(clip.samples) > 2:
        raise UsageError(f"this sound has {len(clip.samples)} channels; a Riffusion checkpoint goes on from 1 or 2.")
    where = places(clip.rate, given["bpm"], clip.samples.shape[1])
    frames = frames_wanted(clip, where, given, USUAL_COLUMNS * where.step)
    backend, job = painter(given["model"], given, ("method", "scale"))
    try:
        with steps_shown(path.name) as tick:
            return Clip(lengthened(backend, clip.samples, clip.rate, job, where, frames, tick), clip.rate)
    finally:
        backend.close()


def frames_wanted(clip: Clip, where: Places, given: dict[str, Any], usual: float) -> int:
    """How many frames to add: seconds, or bars and what is missing of one, or as many as is usual."""
    have = int(clip.samples.shape[1])
    if given["bars"] and (given["bpm"] is None or given["seconds"] is not None):
        raise UsageError("--bars goes with --bpm, and not with --seconds.")
    if given["seconds"] is not None:
        return max(1, clip.frames(given["seconds"]))
    if given["bpm"] is None:
        return round(usual)
    return where.bar(have, given["bars"] or 1) - have
