"""What the commands on sound files share: options, which model, where results go, progress over all steps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liveriff.errors import UsageError
from liveriff.render.dance.schedules import NAMES
from liveriff.render.dance.settings import SAMPLERS

if TYPE_CHECKING:
    from liveriff.render.backend import Tick
    from liveriff.render.clips import Clip
    from liveriff.render.dance.offline import Workshop
    from liveriff.render.dance.settings import Settings

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
MODEL_HELP = "A Dance Diffusion checkpoint: dance:FOLDER, dance:owner/name, or a name in models.yaml."
NUMBERS = ("sampler", "schedule", "eta", "tolerance", "sigma_min", "sigma_max", "rho")
MOST_PLACES = 999  # names have three digits


def denoising(steps: str = "--steps") -> Decorator:
    """Options of every command that denoises a sound; ``steps``: what the number of steps is called."""
    options: tuple[Decorator, ...] = (
        click.option("--model", default="", metavar="NAME", help=MODEL_HELP),
        click.option("--category", default="", help="Which of the checkpoints in models.yaml.  [default: the first]"),
        click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="The variation."),
        click.option(steps, "passes", type=click.IntRange(1, 1000), help="Denoising steps.  [default: the model's]"),
        click.option("--sampler", metavar="NAME", help=f"{', '.join(SAMPLERS)}.  [default: the model's]"),
        click.option("--schedule", metavar="NAME", help=f"{', '.join(NAMES)}.  [default: the model's]"),
        click.option("--eta", type=click.FloatRange(0, 1), help="Fresh noise of ddim, 0 to 1."),
        click.option("--tolerance", type=float, help="Error of a step of dpm-adaptive.  [default: 0.01]"),
        click.option("--sigma-min", type=float, help="Of the schedules over sigma."),
        click.option("--sigma-max", type=float, help="Of the schedules over sigma."),
        click.option("--rho", type=float, help="Of karras and polyexponential."),
        click.option("--accelerator", default="cpu", show_default=True, help="Where the model runs: cpu, cuda, mps."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else."),
    )

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorated


def named(model: str, what: str) -> str:
    """The model to use where none was named: a listed Dance Diffusion checkpoint; UsageError if there is none."""
    from liveriff.render.checkpoints import table

    if model or any(each.backend == "dance" for each in table().values()):
        return model or "dance"
    raise UsageError(
        f"the embedded model cannot {what}; name a Dance Diffusion checkpoint with --model "
        "(dance:FOLDER, dance:owner/name) or list one in models.yaml."
    )


def places_of(count: int | None, at: str) -> list[float]:
    """Positions from A, 0, to B, 1: so many evenly spaced, or as chosen; UsageError where neither or both are said."""
    if bool(at) == (count is not None):
        raise UsageError("say either how many sounds to make with --steps N or where on the way with --at 0.2,0.5.")
    if count is not None:
        return [k / (count - 1) for k in range(count)]
    try:
        places = [float(each) for each in at.split(",")]
    except ValueError:
        places = []
    if not 0 < len(places) <= MOST_PLACES or not all(0.0 <= place <= 1.0 for place in places):
        raise UsageError(f"--at is numbers from 0 (A) to 1 (B) with commas between them, as 0.2,0.5, not {at!r}.")
    return places


def workshop(model: str, category: str, accelerator: str, **given: Any) -> tuple[Workshop, Settings]:
    """The loaded model, and how to denoise: as its entry in the table says, and over that the options."""
    from liveriff.render.dance.offline import Workshop, checkpoint_of
    from liveriff.render.dance.settings import from_options

    checkpoint = checkpoint_of(model, category)
    numbers = {name: given[name] for name in NUMBERS}
    settings = from_options(checkpoint.options, f"the model {checkpoint.name!r}").but(**numbers, steps=given["passes"])
    return Workshop(checkpoint, accelerator), settings


def target(out: str, source: str, word: str, seed: int) -> Path:
    """Where the result goes: as asked, or a name of its own in this folder. Refused before the work if it cannot."""
    from liveriff.cli.render import writable
    from liveriff.engine.folders import unused
    from liveriff.render.soundfiles import suffix_of, writable_suffix

    path = Path(out) if out else unused(Path(f"{Path(source).stem}-{word}-{seed}.wav"))
    if not writable_suffix(suffix_of(path)):
        raise UsageError(f"cannot write {path}: use .wav, .flac, .ogg or .mp3.")
    writable(str(path))
    return path


def save(path: Path, clip: Clip, seed: int) -> dict[str, Any]:
    """Write a clip; what --json says of it."""
    import numpy as np

    from liveriff.render.soundfiles import write

    path.parent.mkdir(exist_ok=True)  # of several files: not made before there is the first
    write(path, clip.samples, clip.rate)
    peak = float(np.abs(clip.samples).max(initial=0.0))
    return {"file": str(path), "frames": clip.samples.shape[1], "rate": clip.rate, "seed": seed, "peak": peak}


@contextmanager
def steps_shown(name: str) -> Iterator[Tick]:
    """A tick that draws a progress bar on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda step, of: True
        return
    with click.progressbar(length=1000, label=name, file=sys.stderr) as bar:

        def tick(step: int, of: int) -> bool:
            bar.update(max(1000 * (step - 1) // of - bar.pos, 0))
            return True

        yield tick
        bar.update(1000 - bar.pos)
