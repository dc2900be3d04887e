"""Parts of sound files made anew by a pipeline, and files that go on, for commands; at the file's own rate."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from liveriff.render.backend import Tick
from liveriff.render.clips import Clip, Form, followed_by, made_anew
from liveriff.render.mending import gone_on
from liveriff.render.pipelines.backend import Pipelines
from liveriff.wire.job import Job

AROUND_S = 5.0
"""What a model is shown on either side of a part that is made anew."""
HALF_S = 10.0
"""What it is shown of a sound that is to go on, and what it adds at once, if it can make twice as much."""


def mended(backend: Pipelines, job: Job, clip: Clip, start_s: float, end_s: float, tick: Tick) -> Clip:
    """The clip with the seconds between start and end made anew; UsageError if that is more than the model makes."""
    most_s = backend.card.most / backend.card.rate
    return made_anew(
        clip, start_s, end_s, AROUND_S, most_s, _form(backend),
        lambda sound, keep: backend.mend(job, sound, keep, tick),
    )  # fmt: skip


def half_s(backend: Pipelines) -> float:
    """Seconds that are added at once."""
    return _half(backend) / backend.card.rate


def extended(backend: Pipelines, job: Job, clip: Clip, seconds: float, tick: Tick) -> Clip:
    """What follows the clip. The job's seed is that of the first piece; the next have those after it."""
    form, half = _form(backend), _half(backend)
    frames = max(1, round(seconds * form.rate))
    rounds = -(-frames // half)

    def made(sound: Tensor, keep: Tensor, number: int) -> Tensor:
        def part(step: int, of: int) -> bool:
            return tick(number * of + step, rounds * of)

        return backend.mend(replace(job, seed=job.seed + number), sound, keep, part)

    return followed_by(clip, gone_on(form.taken(clip), frames, half, made), form)


def _half(backend: Pipelines) -> int:
    return min(round(HALF_S * backend.card.rate), backend.card.most // 2)


def _form(backend: Pipelines) -> Form:
    return Form(backend.card.rate, backend.card.channels)
