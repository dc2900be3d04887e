"""`liveriff render` and `liveriff oneshot`: chunks into files, without an engine."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liveriff.errors import UsageError

if TYPE_CHECKING:
    from liveriff.render.backend import Audio, BackendInfo
    from liveriff.wire.job import Job

BEATS_PER_BAR = 4
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that all commands that render have."""
    options: tuple[Decorator, ...] = (
        click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="The variation."),
        click.option("--model", default="embedded", show_default=True, help="The backend."),
        click.option("--steps", type=click.IntRange(1, 150), help="Denoising steps.  [default: the model's]"),
        click.option("--guidance", type=click.FloatRange(1, 12), help="How literally.  [default: the model's]"),
        click.option("--density", type=click.FloatRange(0, 1), help="Sparse (0) to busy (1).  [default: as prompted]"),
        click.option("--brightness", type=click.FloatRange(0, 1), help="Dark to bright.  [default: as prompted]"),
        click.option("--rate", type=click.IntRange(8000, 192000), default=44100, show_default=True, help="Frames/s."),
        click.option("--accelerator", default="cpu", show_default=True, help="Where the model runs: cpu, cuda, mps."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.option("--prompt", help="What to play, in words; needed where the model listens to them.")
@click.option("--prompt-b", default="", help="What to play at alpha 1.")
@click.option("--negative", default="", help="What it shall not be, in words.")
@click.option("--alpha", type=click.FloatRange(0, 1), default=0.0, help="Morph from the prompt (0) to --prompt-b (1).")
@click.option("--category", default="mix", show_default=True, help="drums, bass, synth or mix.")
@click.option("--bpm", type=click.FloatRange(40, 240), default=120.0, show_default=True, help="Tempo.")
@click.option("--key", default="", help="Such as 'A minor' or 'F# major'.  [default: the model's choice]")
@click.option("--bars", type=click.IntRange(1), default=2, show_default=True, help="Length of the loop.")
@click.option("--init", default="", metavar="FILE", help="A sound file to start from.")
@click.option(
    "--strength", type=click.FloatRange(0, 1), default=1.0, help="How far from --init, or its model's seed image."
)
@shared
@click.option("--out", required=True, metavar="FILE.wav", help="Where the loop goes; also .flac, .ogg, .mp3, .m4a, ...")
@click.option("--spectrogram", default="", metavar="FILE.png", help="Also draw its spectrogram.")
def render(out: str, spectrogram: str, as_json: bool, accelerator: str, **given: Any) -> None:
    """Render a loop that lasts exactly its bars at its tempo, and closes without a seam."""
    from liveriff.cli.render_files import check_format, write
    from liveriff.render.offline import render_job

    info = info_of(given["model"])
    if given["prompt"] is None and info.honours_field("prompt_a"):
        raise UsageError("say what to play with --prompt.")
    job = loop_job(info, **{**given, "prompt": given["prompt"] or ""})
    writable(out, spectrogram)
    check_format(out, job.rate)
    started = time.monotonic()
    with progress(Path(out).name) as on_step:
        audio = render_job(job, on_step, accelerator)
    seconds = time.monotonic() - started
    if spectrogram:
        _draw(spectrogram, job, audio)
    write(out, audio.samples, job.rate)
    tell(as_json, [summary(out, job, audio)], seconds)


@click.command()
@click.option("--category", required=True, help="kick, snare, hat, clap, perc, bass, synth or fx.")
@click.option("--prompt", default="", help="What it sounds like, in words.")
@click.option("--key", default="", help="Such as 'A minor', for bass and synth.")
@click.option("--length", type=click.FloatRange(0.05, 8), default=2.0, show_default=True, help="Seconds.")
@click.option("--count", type=click.IntRange(1, 999), default=1, show_default=True, help="How many, seed after seed.")
@shared
@click.option(
    "--out", required=True, metavar="FILE.wav|DIR", help="A file for one, also .flac, .mp3, ...; a folder for several."
)
def oneshot(out: str, count: int, as_json: bool, accelerator: str, **given: Any) -> None:
    """Render one-shots for pads: each starts at its first sample and ends in silence."""
    from liveriff.cli.convert_files import made
    from liveriff.cli.render_files import write
    from liveriff.render.offline import Studio

    info = info_of(given["model"])
    jobs = [shot_job(info, **{**given, "seed": given["seed"] + n}) for n in range(count)]
    paths = _targets(out, jobs)
    started = time.monotonic()
    summaries = []
    with Studio(accelerator) as studio:
        for path, job in zip(paths, jobs, strict=True):
            with progress(path.name) as on_step:
                audio = studio.render(job, on_step)
            made(path.parent)  # not before there is something to put into it
            write(path, audio.samples, job.rate)
            summaries.append(summary(str(path), job, audio))
    tell(as_json, summaries, time.monotonic() - started)


# --- from options to jobs --------------------------------------------------------------------------------------------


def info_of(model: str) -> BackendInfo:
    """What is known of a model by name; LiveriffError if there is none."""
    from liveriff.render.catalog import find

    return find(model).info()


def loop_job(info: BackendInfo, **given: Any) -> Job:
    """The job of a loop from the command's options."""
    from liveriff.music.grid import bpm_to_cents
    from liveriff.wire.job import Job

    beats = given["bars"] * BEATS_PER_BAR
    _one_of("--category", given["category"], info.categories)
    _one_of("--bars", given["bars"], tuple(n // BEATS_PER_BAR for n in info.beats if n % BEATS_PER_BAR == 0))
    cents = bpm_to_cents(given["bpm"])
    return Job(
        **_common(info, **given),
        prompt_b=given["prompt_b"] or given["prompt"],
        alpha=given["alpha"],
        beats=beats,
        canvas_bpm_cents=cents,
        bpm_cents=cents,
        **_source(info, given["init"], given["strength"]),
    )


def shot_job(info: BackendInfo, **given: Any) -> Job:
    """The job of a one-shot from the command's options."""
    from liveriff.wire.job import Job

    _one_of("--category", given["category"], info.one_shots)
    milliseconds = round(given["length"] * 1000)
    return Job(**_common(info, **given), prompt_b=given["prompt"], beats=0, milliseconds=milliseconds)


def _common(info: BackendInfo, **given: Any) -> dict[str, Any]:
    from liveriff.music.pitch import parse_key

    if given.get("negative") and not info.honours_field("negative"):
        raise UsageError(f"the model {info.name!r} does not know what not to play; leave --negative away.")
    key = parse_key(given["key"]) if given["key"] else None
    return {
        "model": info.name,
        "model_version": info.version,
        "category": given["category"],
        "prompt_a": given["prompt"],
        "negative": given.get("negative", ""),
        "seed": given["seed"],
        "tonic": key.tonic if key else None,
        "mode": key.mode if key else "minor",
        "steps": given["steps"] or info.default_steps,
        "guidance": given["guidance"] or info.default_guidance,
        "density": given["density"],
        "brightness": given["brightness"],
        "rate": given["rate"],
    }


def _source(info: BackendInfo, init: str, strength: float) -> dict[str, Any]:
    if not init:
        return {"strength": strength} if info.seeded else {}
    if not info.honours_field("source"):
        raise UsageError(f"the model {info.name!r} does not start from a sound; leave --init away.")
    if not Path(init).is_file():
        raise UsageError(f"there is no file {init} to start from.")
    return {"source": str(Path(init).resolve()), "strength": strength}


def _one_of(option: str, value: object, options: tuple[Any, ...]) -> None:
    from liveriff.params.words import did_you_mean

    if value not in options:
        allowed = ", ".join(str(each) for each in options)
        raise UsageError(f"{option} takes one of {allowed}, not {value}.{did_you_mean(str(value), map(str, options))}")


# --- files -----------------------------------------------------------------------------------------------------------


def writable(*paths: str) -> None:
    """Refuse before the work what could not be written after it."""
    for path in filter(None, paths):
        folder = Path(path).parent
        if not folder.is_dir():
            raise UsageError(f"cannot write {path}: the folder {folder} does not exist.")
        if Path(path).is_dir():
            raise UsageError(f"cannot write {path}: it is a folder; name a file in it.")


def _targets(out: str, jobs: list[Job]) -> list[Path]:
    from liveriff.cli.render_files import check_format
    from liveriff.render.soundfiles import is_sound

    if is_sound(out):
        if len(jobs) > 1:
            raise UsageError(f"--count {len(jobs)} needs a folder for --out, not the file {out}.")
        writable(out)
        check_format(out, jobs[0].rate)
        return [Path(out)]
    folder = Path(out)
    if not folder.parent.is_dir() or folder.is_file():
        raise UsageError(f"cannot write into {out}: it is not a folder and cannot be made one.")
    return [folder / f"{job.category}-{job.seed}.wav" for job in jobs]


def _draw(path: str, job: Job, audio: Audio) -> None:
    from liveriff.params.words import TONICS
    from liveriff.render.portrait import Caption, write_picture

    key = (f"{TONICS[job.tonic]} {job.mode}",) if job.tonic is not None else ()
    title = job.prompt_a if job.alpha == 0 or job.prompt_a == job.prompt_b else f"{job.prompt_a} > {job.prompt_b}"
    caption = Caption(title, job.beats, job.bpm_cents / 100, (*key, f"seed {job.seed}"))
    write_picture(path, audio.samples, job.rate, caption)


@contextmanager
def progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar of denoising steps on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda step, of: None
        return
    with click.progressbar(length=100, label=name, file=sys.stderr, show_eta=False) as bar:
        yield lambda step, of: bar.update(max(100 * (step - 1) // of - bar.pos, 0))
        bar.update(100 - bar.pos)


def summary(path: str, job: Job, audio: Audio) -> dict[str, Any]:
    """What --json says of a file."""
    import numpy as np

    peak = float(np.abs(audio.samples).max(initial=0.0))
    return {"file": path, "frames": job.frames, "rate": job.rate, "seed": job.seed, "peak": peak, "job": job.key}


def tell(as_json: bool, files: list[dict[str, Any]], seconds: float) -> None:
    """A line a file, or one JSON object."""
    if as_json:
        click.echo(json.dumps({"files": files, "seconds": round(seconds, 3)}, indent=2))
        return
    for each in files:
        length = each["frames"] / each["rate"]
        click.echo(f"{each['file']}: {each['frames']} frames, {length:.3f} s, peak {each['peak']:.2f}")
