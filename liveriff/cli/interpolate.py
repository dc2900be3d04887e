"""`liveriff interpolate`: a row of loops from one prompt and seed to another, by a Riffusion checkpoint."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liveriff.cli.render import progress, summary, tell, writable
from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.render.riffusion.backend import Riffusion
    from liveriff.wire.job import Job

UNIT = click.FloatRange(0, 1)
SEED = click.IntRange(0, 2**31 - 1)


@click.command()
@click.option("--prompt", required=True, help="Where it begins, in words.")
@click.option("--prompt-b", default="", help="Where it ends.  [default: the same]")
@click.option("--seed", type=SEED, default=1, show_default=True, help="The variation at the beginning.")
@click.option("--seed-b", type=SEED, help="The variation at the end.  [default: the same]")
@click.option("--negative", default="", help="What the beginning shall not be.")
@click.option("--negative-b", help="What the end shall not be.  [default: the same]")
@click.option("--denoising", type=UNIT, default=0.75, show_default=True, help="How far from --init, at the beginning.")
@click.option("--denoising-b", type=UNIT, help="And at the end.  [default: the same]")
@click.option("--guidance", type=click.FloatRange(1, 30), default=7.0, show_default=True, help="How literally.")
@click.option("--guidance-b", type=click.FloatRange(1, 30), help="And at the end.  [default: the same]")
@click.option("--points", type=click.IntRange(2, 200), default=12, show_default=True, help="How many loops.")
@click.option("--power", type=click.FloatRange(0.05, 20), default=1.0, help="Above 1 they crowd round the middle.")
@click.option("--steps", type=click.IntRange(1, 150), help="Denoising steps.  [default: the model's]")
@click.option("--init", default="", metavar="FILE", help="A spectrogram picture or a sound to start from.")
@click.option("--category", default="mix", show_default=True, help="drums, bass, synth or mix.")
@click.option("--bpm", type=click.FloatRange(40, 240), default=93.75, show_default=True, help="Tempo.")
@click.option("--bars", type=click.IntRange(1, 4), default=2, show_default=True, help="Length of each loop.")
@click.option("--rate", type=click.IntRange(8000, 192000), default=44100, show_default=True, help="Frames/s.")
@click.option("--model", default="riffusion", show_default=True, help="A Riffusion checkpoint.")
@click.option("--accelerator", default="cpu", show_default=True, help="Where the model runs: cpu, cuda, mps.")
@click.option("--out", required=True, metavar="DIR", help="Gets a loop and its picture for each point, and joined.wav.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def interpolate(out: str, as_json: bool, accelerator: str, **given: Any) -> None:
    """Render loops on the way between two prompts and seeds; played one after the other they are a slow morph."""
    from liveriff.render.riffusion.journey import alphas_of

    folder = Path(out)
    if folder.is_file():
        raise UsageError(f"cannot write into {out}: it is a file.")
    writable(str(folder / "x") if folder.is_dir() else out)
    alphas = alphas_of(given["points"], given["power"])
    started = time.monotonic()
    backend, job = _prepared(accelerator, **given)
    try:
        files = _written(backend, job, alphas, folder, **given)
    finally:
        backend.close()
    tell(as_json, files, time.monotonic() - started)


def _prepared(accelerator: str, **given: Any) -> tuple[Riffusion, Job]:
    from liveriff.music.grid import bpm_to_cents
    from liveriff.render.catalog import find
    from liveriff.render.riffusion.backend import Riffusion
    from liveriff.wire.job import Job

    init = given["init"]
    if init and not Path(init).is_file():
        raise UsageError(f"there is no file {init} to start from.")
    backend = find(given["model"]).create()
    if not isinstance(backend, Riffusion):
        raise UsageError(f"the model {given['model']!r} is no Riffusion checkpoint; see `liveriff models list`.")
    cents = bpm_to_cents(given["bpm"])
    job = Job(
        model=backend.info.name,
        category=given["category"],
        steps=given["steps"] or backend.info.default_steps,
        seed=given["seed"],
        source=str(Path(init).resolve()) if init else "",
        beats=4 * given["bars"],
        canvas_bpm_cents=cents,
        bpm_cents=cents,
        rate=given["rate"],
    )
    backend.check(job, (0.0,))
    backend.load(accelerator)
    return backend, job


def _written(
    backend: Riffusion, job: Job, alphas: tuple[float, ...], folder: Path, **given: Any
) -> list[dict[str, Any]]:
    from liveriff.render.offline import write_wav, write_whole
    from liveriff.render.riffusion.journey import joined, picture_file
    from liveriff.render.riffusion.request import End

    def end(suffix: str) -> End:
        def chosen(name: str) -> Any:
            value = given[f"{name}{suffix}"]
            return given[name] if value in (None, "") else value

        words = backend.words(job, chosen("prompt"))
        return End(words, chosen("seed"), chosen("negative"), chosen("denoising"), chosen("guidance"))

    with progress(folder.name) as on_step:
        canvases = backend.way(job, end(""), end("_b"), alphas, lambda step, of: on_step(step, of) is None)
    loops = [backend.decode(canvas, job) for canvas in canvases]
    folder.mkdir(exist_ok=True)
    files = []
    for number, (alpha, canvas, loop) in enumerate(zip(alphas, canvases, loops, strict=True), start=1):
        path = folder / f"{number:02}-alpha-{alpha:.3f}.wav"
        write_wav(path, loop.samples, job.rate)
        write_whole(path.with_suffix(".png"), picture_file(canvas, backend.layout, job.frames / job.rate))
        files.append({**summary(str(path), job, loop), "alpha": alpha})
    write_wav(folder / "joined.wav", joined([loop.samples for loop in loops], job.rate), job.rate)
    return files
