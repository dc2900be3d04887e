"""`liveriff inpaint` and `extend` with a pipeline of diffusers: parts made anew, told in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from liveriff.cli.lengthen import frames_wanted
from liveriff.cli.picture_options import USUAL_CATEGORY, USUAL_GUIDANCE, without_numbers
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.render.clips import Clip
    from liveriff.render.pipelines.backend import Pipelines
    from liveriff.wire.job import Job


def mended_by_words(clip: Clip, start_s: float, end_s: float, path: Path, **given: Any) -> Clip:
    """The clip with the seconds between start and end made anew."""
    from liveriff.cli.dance_options import steps_shown
    from liveriff.render.pipelines.offline import mended

    backend, job = _teller(given)
    try:
        with steps_shown(path.name) as tick:
            return mended(backend, job, clip, start_s, end_s, tick)
    finally:
        backend.close()


def extended_by_words(clip: Clip, path: Path, **given: Any) -> Clip:
    """What follows the clip: ``seconds`` of it, or ``bars`` and what is missing of one, or as much as is usual."""
    from liveriff.cli.dance_options import steps_shown
    from liveriff.render.pipelines.offline import extended, half_s
    from liveriff.render.riffusion.places import places

    where = places(clip.rate, given["bpm"], clip.samples.shape[1])
    backend, job = _teller(given)
    try:
        frames = frames_wanted(clip, where, given, half_s(backend) * clip.rate)
        with steps_shown(path.name) as tick:
            return extended(backend, job, clip, frames / clip.rate, tick)
    finally:
        backend.close()


def _teller(given: dict[str, Any]) -> tuple[Pipelines, Job]:
    """The backend, loaded, and a job of what was asked for; UsageError for options that it does not know."""
    from liveriff.render.catalog import find
    from liveriff.render.pipelines.backend import Pipelines
    from liveriff.wire.job import Job

    model = given["model"]
    without_numbers(given, model, ("method", "scale"))
    backend = find(model).create()
    assert isinstance(backend, Pipelines)
    info = backend.info
    for name in ("negative", "guidance"):
        if given[name] is not None and not info.honours_field(name):
            raise UsageError(f"the model {info.name!r} does not listen to --{name}; leave it away.")
    tempo = f"{given['bpm']:g} BPM" if given.get("bpm") else ""
    prompt = ", ".join(part for part in (given["prompt"] or "", tempo) if part)
    job = Job(
        model=info.name,
        category=given["category"] or USUAL_CATEGORY,
        prompt_a=prompt,
        prompt_b=prompt,
        negative=given["negative"] or "",
        guidance=given["guidance"] or USUAL_GUIDANCE,
        steps=given["passes"] or info.default_steps,
        seed=given["seed"],
        beats=0,
    )
    backend.load(given["accelerator"])
    return backend, job
