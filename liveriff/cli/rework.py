"""`liveriff vary` with a Riffusion checkpoint: a sound of any length painted over, clip by clip."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from liveriff.cli.picture_options import painter, piecewise
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.render.riffusion.backend import Riffusion
    from liveriff.render.riffusion.request import Request
    from liveriff.render.soundstream import Piecewise
    from liveriff.wire.job import Job

USUAL_UNTIL = 0.3


def vary_long(source: str, strength: float, paths: dict[int, Path], **given: Any) -> list[dict[str, Any]]:
    """The file painted over once for each seed of ``paths``; nothing of a file that did not get to its end."""
    from liveriff.cli.dance_options import save
    from liveriff.render.clips import read_clip
    from liveriff.render.soundfiles import opened

    targets = [*paths.values(), *([Path(given["difference"])] if given["difference"] else [])]
    _check(source, strength, targets, given)
    for path in targets:
        path.parent.mkdir(exist_ok=True)
        piecewise(path)
    if strength <= 0.0 and not given["strength_b"]:  # a spectrogram and back would be near it; it is to be the sound
        return [save(path, read_clip(source, given["start"], given["length"]), seed) for seed, path in paths.items()]
    with opened(source) as file:
        first, frames = _part(source, file, given)
        backend, job = painter(given["model"], given)
        try:
            return [
                _varied(backend, file, first, frames, path, _request(backend, job, strength, seed, given), given)
                for seed, path in paths.items()
            ]
        finally:
            backend.close()


def _check(source: str, strength: float, targets: list[Path], given: dict[str, Any]) -> None:
    if given["difference"] and len(targets) > 2:
        raise UsageError("--difference is of one result; leave --count away.")
    if any(path.resolve() == Path(source).resolve() for path in targets):
        raise UsageError(f"the result cannot replace {source} while it is read; name another --out.")
    if given["mix_until"] is not None and given["mix"] is None:
        raise UsageError("--mix-until goes with --mix.")
    if given["mix"] is not None and _until(given) >= strength:
        raise UsageError(f"a mix lasts from --strength down to --mix-until, which must be less than {strength:g}.")


def _until(given: dict[str, Any]) -> float:
    return USUAL_UNTIL if given["mix_until"] is None else float(given["mix_until"])


def _part(source: str, file: Any, given: dict[str, Any]) -> tuple[int, int]:
    """First frame and number of frames of what is to be used."""
    rate, total = int(file.samplerate), int(file.frames)
    first = round(given["start"] * rate)
    if first >= total:
        raise UsageError(f"{source} lasts only {total / rate:.3f} s; start before that.")
    wanted = total if given["length"] is None else max(1, round(given["length"] * rate))
    return first, min(wanted, total - first)


def _request(backend: Riffusion, job: Job, strength: float, seed: int, given: dict[str, Any]) -> Request:
    from liveriff.render.riffusion.request import End, Mix, Request

    negative = job.negative or backend.options.negative
    end_strength = strength if given["strength_b"] is None else given["strength_b"]
    words = [backend.words(job, each) for each in (job.prompt_a, given["prompt_b"] or job.prompt_a)]
    start = End(words[0], seed, negative, strength, job.guidance)
    end = End(words[1], seed if given["seed_b"] is None else given["seed_b"], negative, end_strength, job.guidance)
    mix = None if given["mix"] is None else Mix(given["mix"], _until(given))
    options = backend.options
    return Request(start, end, (0.0,), job.steps, options.scheduler, False, options.cfg, mix)


def _varied(
    backend: Riffusion, file: Any, first: int, frames: int, path: Path, request: Request, given: dict[str, Any]
) -> dict[str, Any]:
    from liveriff.cli.dance_options import steps_shown
    from liveriff.render.riffusion.places import places
    from liveriff.render.riffusion.rework import reworked
    from liveriff.render.soundstream import written

    rate, channels = int(file.samplerate), min(2, int(file.channels))
    step = places(rate, given["bpm"]).step
    other = given["difference"]
    with ExitStack() as files:
        result = files.enter_context(written(path, rate, channels))
        extra: AbstractContextManager[Piecewise | None] = written(other, rate, channels) if other else nullcontext()
        difference = files.enter_context(extra)
        tick = files.enter_context(steps_shown(path.name))
        for piece in reworked(backend, file, request, tick, step, first, frames, difference is not None):
            result.write(piece.sound)
            if difference is not None:
                difference.write(piece.difference)
    return {
        "file": str(path),
        "frames": result.frames,
        "rate": rate,
        "seed": request.start.seed,
        "peak": float(np.float32(result.peak)),
        **({"difference": str(other)} if other else {}),
    }
