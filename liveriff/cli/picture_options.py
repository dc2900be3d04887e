"""Options of `vary`, `inpaint` and `extend` for models that are told in words, and for which models they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liveriff.cli.dance_options import NUMBERS
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.render.riffusion.backend import Riffusion
    from liveriff.wire.job import Job

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
UNIT = click.FloatRange(0, 1)
_WORDS: tuple[Decorator, ...] = (
    click.option("--prompt", help="What it becomes, where the model is told in words.  [default: the category alone]"),
    click.option("--negative", help="What it shall not be, where the model is told in words."),
    click.option("--guidance", type=click.FloatRange(1, 30), help="How literally.  [default: 7]"),
)
_BPM = click.option("--bpm", type=click.FloatRange(40, 240), help="Tempo of the file: work from bar to bar.")
_WAYS: tuple[Decorator, ...] = (
    click.option("--prompt-b", help="What it becomes towards its end (Riffusion).  [default: the same]"),
    click.option("--seed-b", type=click.IntRange(0, 2**31 - 1), help="The variation at its end (Riffusion)."),
    click.option("--strength-b", type=UNIT, help="The strength at its end (Riffusion)."),
    click.option("--mix", type=UNIT, help="Magic mix of the prompt and its own layout, half of each: 0.5 (Riffusion)."),
    click.option("--mix-until", type=UNIT, help="When the mix lets go, as a strength (Riffusion).  [default: 0.3]"),
    click.option("--difference", metavar="FILE", help="Also what the result has and the source has not (Riffusion)."),
)
_BARS = click.option("--bars", type=click.IntRange(1, 256), help="How much to add, with --bpm.  [default: 1]")
PLACES = ("bpm", "bars")
WAYS = ("prompt_b", "seed_b", "strength_b", "mix", "mix_until", "difference")
NAMES = ("prompt", "negative", "guidance", *PLACES, *WAYS)
USUAL_GUIDANCE = 7.0
USUAL_CATEGORY = "mix"


def pictured(ways: bool) -> Decorator:
    """Options for words and tempo, and those of `vary` (``ways``) or of `extend`. All are None where not given."""

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        return worded(command, (_BPM, *_WAYS) if ways else (_BPM, _BARS))

    return decorated


def worded(command: Callable[..., Any], more: tuple[Decorator, ...] = ()) -> Callable[..., Any]:
    """Options for words, and more. All are None where not given."""
    for option in reversed((*_WORDS, *more)):
        command = option(command)
    return command


def backend_named(model: str) -> str:
    """Which backend plays a model by its name, loadable or not; "" for no name."""
    from liveriff.render.checkpoints import from_name

    checkpoint = from_name(model) if model else None
    return checkpoint.backend if checkpoint else model


def without_words(given: dict[str, Any], model: str, names: tuple[str, ...] = NAMES) -> dict[str, Any]:
    """The options but for those of ``names``; UsageError if one of these was given to a model that knows none."""
    for name in names:
        if given.get(name) is not None:
            which = f"{model!r} is none" if model else "none is named"
            option = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"{option} is for Riffusion checkpoints, and {which}; name one with --model riffusion:FOLDER."
            )
    return {name: value for name, value in given.items() if name not in names}


def without_numbers(given: dict[str, Any], model: str, more: tuple[str, ...] = ()) -> None:
    """UsageError for options that are Dance Diffusion's own."""
    for name in (*NUMBERS, *more):
        if given.get(name) is not None:
            raise UsageError(f"--{name.replace('_', '-')} is for Dance Diffusion; {model!r} has its own.")


def painter(model: str, given: dict[str, Any], more: tuple[str, ...] = ()) -> tuple[Riffusion, Job]:
    """The backend, loaded, and a job of what was asked for; UsageError for options that are Dance Diffusion's own."""
    from liveriff.render.catalog import find
    from liveriff.render.riffusion.backend import Riffusion
    from liveriff.wire.job import Job

    without_numbers(given, model, more)
    backend = find(model).create()
    assert isinstance(backend, Riffusion)
    job = Job(
        model=backend.info.name,
        category=given["category"] or USUAL_CATEGORY,
        prompt_a=given["prompt"] or "",
        prompt_b=given["prompt"] or "",
        negative=given["negative"] or "",
        guidance=given["guidance"] or USUAL_GUIDANCE,
        steps=given["passes"] or backend.info.default_steps,
        seed=given["seed"],
        beats=8,
    )
    backend.check(job, (0.0,))
    backend.load(given["accelerator"])
    return backend, job


def piecewise(path: Path) -> None:
    """UsageError where a result cannot be written piece by piece."""
    from liveriff.cli.render import writable
    from liveriff.render.soundfiles import FORMATS, suffix_of

    if suffix_of(path) not in FORMATS:
        raise UsageError(f"cannot write {path}: use one of {', '.join(FORMATS)}.")
    writable(str(path))
