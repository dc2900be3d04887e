"""When two jobs are one sound, or nearly. Pure; asked hundreds of times a second."""

from __future__ import annotations

from dataclasses import replace

from liveriff.wire.job import Job


def same_sound(a: Job, b: Job) -> bool:
    """Whether one chunk stands for both jobs: a render with fewer steps is the same sound, made in a hurry, and one
    that was decoded to fit another the same with other phases."""
    if a.seed != b.seed or a.alpha != b.alpha:  # the quick way
        return False
    return a == b or one_morph(a, b)


def one_morph(a: Job, b: Job) -> bool:
    """Whether two jobs differ at most in alpha: points of one strip."""
    if a.seed != b.seed or a.prompt_a != b.prompt_a or a.prompt_b != b.prompt_b:
        return False
    return _at_rest(a, a) == _at_rest(b, a)


def near(a: Job, b: Job) -> bool:
    """Whether ``a`` is a station on the way to ``b``: only continuous settings differ.

    A hand that keeps turning makes every render stale before it is done; near ones are finished and played, so a
    sweep is heard in steps of one render instead of not at all.
    """
    return _fixed(a) == _fixed(b)


def _at_rest(job: Job, other: Job) -> Job:
    return replace(job, alpha=0, steps=0, lead=None, canvas_bpm_cents=other.canvas_bpm_cents)


def _fixed(job: Job) -> Job:
    return replace(
        job,
        alpha=0,
        density=None,
        brightness=None,
        guidance=0,
        strength=0,
        steps=0,
        bpm_cents=0,
        canvas_bpm_cents=0,
        lead=None,
    )
